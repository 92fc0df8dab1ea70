// SPDX-License-Identifier: MIT
#include "faults.hpp"

#include "support/node.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <string>
#include <system_error>

namespace stress {
namespace {

constexpr const char* fail_nth = "/proc/thread-self/fail-nth";

} // namespace

const char* Faults::obstacle() {
    return ::access(fail_nth, W_OK) == 0 ? ""
                                         : "this kernel has no fault injection "
                                           "(CONFIG_FAULT_INJECTION); the debug kernel has";
}

void Faults::prepare() {
    for (const std::string kind : {"failslab", "fail_page_alloc", "fail_usercopy"}) {
        const std::filesystem::path directory = "/sys/kernel/debug/" + kind;
        uapi::write_text(directory / "verbose", "0"); // no messages for requested failures
    }
    // Otherwise allocations that may sleep, which are most, would not fail.
    uapi::write_text("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
    uapi::write_text("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
    uapi::write_text("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
    uapi::write_text("/sys/kernel/debug/fail_page_alloc/min-order", "0");
}

Faults::Faults(bool wanted) {
    if (!wanted) {
        return;
    }
    file_.reset(::open(fail_nth, O_RDWR | O_CLOEXEC));
    if (!file_) {
        throw std::system_error(errno, std::generic_category(), "cannot open fail-nth");
    }
}

void Faults::arm(unsigned nth) const {
    char text[16];
    const int length = std::snprintf(text, sizeof(text), "%u", nth);
    [[maybe_unused]] const auto written = ::write(file_.get(), text, static_cast<size_t>(length));
}

bool Faults::disarm() const {
    // "0" says that it happened. If reading this is what fails, it did not happen before.
    char text[16] = {};
    const bool read = ::pread(file_.get(), text, sizeof(text) - 1, 0) > 0;
    if (read && text[0] == '0') {
        return true;
    }
    arm(0);
    return false;
}

} // namespace stress
