// SPDX-License-Identifier: MIT
#include "parallax/error.hpp"

#include <sys/ioctl.h>

#include <cerrno>
#include <cstring>
#include <format>
#include <system_error>

namespace parallax {

void throw_errno(const std::string& sentence) {
    throw std::system_error(errno, std::generic_category(), sentence);
}

std::string cannot_open(const std::string& node) {
    if (errno == EACCES || errno == EPERM) {
        return std::format("{} may not be opened by this user; run as root, or add the user to the "
                           "group that owns the node (ls -l {})",
                           node, node);
    }
    return std::format("{} cannot be opened: {}", node, std::strerror(errno));
}

int retry_ioctl(int fd, unsigned long request, void* argument) noexcept {
    int result = 0;
    do {
        result = ::ioctl(fd, request, argument);
    } while (result == -1 && (errno == EINTR || errno == EAGAIN));
    return result;
}

} // namespace parallax
