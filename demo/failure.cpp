// SPDX-License-Identifier: MIT
#include "failure.hpp"

#include "parallax/vulkan/vk.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <format>
#include <print>
#include <string>
#include <system_error>

namespace parallax::demo {
namespace {

/// What may help where a system call failed so.
const char* remedy(const std::error_code& code) {
    switch (code.category() == std::generic_category() || code.category() == std::system_category()
                ? code.value()
                : 0) {
    case ENOSPC:
    case EDQUOT:
        return "; make room there, or write elsewhere (--out)";
    case EACCES:
    case EPERM:
    case EROFS:
        return "; ask as another user, or write elsewhere (--out)";
    case EMFILE:
        return "; this user may have more files open after: ulimit -n 4096";
    case ENOMEM:
        return "; end other programs, or take a smaller picture (--size)";
    default:
        return "";
    }
}

/// The same for Vulkan.
const char* remedy(vk::Result result) {
    switch (result) {
    case vk::Result::eErrorOutOfHostMemory:
    case vk::Result::eErrorOutOfDeviceMemory:
        return "end other programs, or take a smaller picture (--size)";
    default:
        return "--list-devices shows which other device --device could take, and parallax probe "
               "what each can do";
    }
}

std::string sentence(const std::exception& error) {
    if (const auto* lost = dynamic_cast<const vk::DeviceLostError*>(&error)) {
        return std::format("the GPU was lost ({}): it hung, was reset or was removed, and dmesg "
                           "may tell why; run it again",
                           lost->what());
    }
    if (const auto* vulkan = dynamic_cast<const vk::SystemError*>(&error)) {
        return std::format("the GPU's driver failed ({}); {}", vulkan->what(),
                           remedy(static_cast<vk::Result>(vulkan->code().value())));
    }
    if (const auto* system = dynamic_cast<const std::system_error*>(&error)) {
        return std::string(system->what()) + remedy(system->code());
    }
    return error.what();
}

} // namespace

ExitStatus report_failure(const std::exception& error) {
    if (dynamic_cast<const UsageError*>(&error) != nullptr) {
        std::println(stderr, "parallax: {}", error.what());
        return ExitStatus::bad_usage;
    }
    if (std::ferror(stdout) != 0) { // std::print throws then, and does not say where to
        return finish_output(ExitStatus::failed);
    }
    std::println(stderr, "parallax: {}", sentence(error));
    return ExitStatus::failed;
}

ExitStatus finish_output(ExitStatus status) {
    const bool failed_before = std::ferror(stdout) != 0;
    if (std::fflush(stdout) == 0 && !failed_before) {
        return status;
    }
    std::println(stderr, "parallax: cannot write to standard output: {}",
                 failed_before ? "is the disk full?" : std::strerror(errno));
    return ExitStatus::failed;
}

} // namespace parallax::demo
