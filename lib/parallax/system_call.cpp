// SPDX-License-Identifier: MIT
#include "parallax/system_call.hpp"

#include "parallax/text.hpp"

#include <grp.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace parallax {
namespace {

NodeAccess access_of(const std::string& node) {
    struct stat status{};
    if (::stat(node.c_str(), &status) != 0) {
        return {};
    }
    const group* const entry = ::getgrgid(status.st_gid);
    constexpr mode_t read_and_write = S_IRGRP | S_IWGRP;
    return {.group = entry != nullptr ? entry->gr_name : std::to_string(status.st_gid),
            .group_may = status.st_gid != 0 && (status.st_mode & read_and_write) == read_and_write};
}

} // namespace

void throw_errno(const std::string& sentence) {
    throw std::system_error(errno, std::generic_category(), sentence);
}

std::string cannot_open(const std::string& node, const std::string& rule) {
    const int error = errno;
    if (error == EACCES || error == EPERM) {
        return not_permitted(node, access_of(node), ::geteuid() == 0, rule);
    }
    return text::format("{} cannot be opened: {}", node, std::strerror(error));
}

std::string not_permitted(const std::string& node, const NodeAccess& access, bool is_root,
                          const std::string& rule) {
    if (is_root) {
        return text::format("{} may not be opened, not even by root: the rules for devices of a "
                            "container, or a security module, forbid it",
                            node);
    }
    if (access.group_may) {
        return text::format("{0} may not be opened by this user; the group {1} may open it: sudo "
                            "usermod -aG {1} $USER, and log in again",
                            node, access.group);
    }
    if (!rule.empty()) {
        return text::format("{} may not be opened by this user, only by root; {}", node, rule);
    }
    return text::format(
        "{} may not be opened by this user, only by root; a udev rule opens it to a group, as "
        "KERNEL==\"{}\", GROUP=\"video\", MODE=\"0660\" in /etc/udev/rules.d/60-local.rules does",
        node, std::filesystem::path(node).filename().string());
}

int retry_ioctl(int fd, unsigned long request, void* argument) noexcept {
    int result = 0;
    do {
        result = ::ioctl(fd, request, argument);
    } while (result == -1 && (errno == EINTR || errno == EAGAIN));
    return result;
}

} // namespace parallax
