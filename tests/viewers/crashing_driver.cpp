// SPDX-License-Identifier: MIT
// An OpenGL driver that crashes as soon as EGL loads it.
#include <csignal>

namespace {

[[gnu::constructor]] void crash() {
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
}

} // namespace
