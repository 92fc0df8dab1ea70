// SPDX-License-Identifier: MIT
#include "report/failure.hpp"

#include "process/say.hpp"

#include "offscreen/vk.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"
#include "parallax/vulkan/device.hpp"

#include <sys/resource.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>
#include <string>
#include <system_error>

namespace parallax::demo {
namespace {

/// Instructions if this process has too many files open.
std::string remedy_for_files() {
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        return text::format("; the limit is {}, and this user may raise it: ulimit -n {}",
                            limit.rlim_cur, limit.rlim_max);
    }
    return text::format("; the limit is {}, and only root can raise it", limit.rlim_cur);
}

/// Instructions for an errno.
/// @param writing true if a file was to be written.
std::string remedy(const std::error_code& code, bool writing) {
    switch (code.category() == std::generic_category() || code.category() == std::system_category()
                ? code.value()
                : 0) {
    case ENOSPC:
    case EDQUOT:
        return writing ? "; make room there, or write elsewhere (--out)" : "; make room there";
    case EACCES:
    case EPERM:
    case EROFS:
        return writing ? "; ask as another user, or write elsewhere (--out)" : "";
    case EMFILE:
        return remedy_for_files();
    case ENOMEM:
        return "; free memory, or take a smaller picture (--size)";
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
    if (const auto* system = dynamic_cast<const std::system_error*>(&error)) {
        if (dynamic_cast<const vk::SystemError*>(system) != nullptr ||
            dynamic_cast<const VulkanError*>(system) != nullptr) {
            const auto result = static_cast<vk::Result>(system->code().value());
            if (result == vk::Result::eErrorDeviceLost) {
                return text::format("the GPU was lost ({}): it hung, was reset or was removed, and "
                                    "dmesg may tell why; run it again",
                                    system->what());
            }
            return text::format("the GPU's driver failed ({}); {}", system->what(), remedy(result));
        }
        const std::string what = system->what();
        return what + remedy(system->code(), what.starts_with("cannot write "));
    }
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
        return "there is not enough memory" + remedy({ENOMEM, std::generic_category()}, false);
    }
    return error.what();
}

} // namespace

ExitStatus report_failure(const std::exception& error) {
    if (dynamic_cast<const UsageError*>(&error) != nullptr) {
        say("parallax: {}", printable(error.what()));
        return ExitStatus::bad_usage;
    }
    if (std::ferror(stdout) != 0) { // std::print's exception does not name the stream
        return finish_output(ExitStatus::failed);
    }
    say("parallax: {}", printable(sentence(error)));
    return ExitStatus::failed;
}

void print_reasons(const std::string& what, const Reasons& reasons) {
    say("parallax: {}", what);
    for (const std::string& reason : reasons) {
        say("  - {}", printable(reason));
    }
}

ExitStatus unsupported(const std::string& what, const Reasons& reasons) {
    print_reasons(what, reasons);
    return ExitStatus::unsupported;
}

ExitStatus finish_output(ExitStatus status) {
    const bool failed_before = std::ferror(stdout) != 0;
    if (std::fflush(stdout) == 0 && !failed_before) {
        return status;
    }
    say("parallax: cannot write to standard output: {}",
        failed_before ? "is the disk full?" : std::strerror(errno));
    return ExitStatus::failed;
}

} // namespace parallax::demo
