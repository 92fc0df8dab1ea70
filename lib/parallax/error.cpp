// SPDX-License-Identifier: MIT
#include "parallax/error.hpp"

#include <sys/ioctl.h>

#include <cerrno>
#include <system_error>

namespace parallax {

void throw_errno(const std::string& sentence) {
    throw std::system_error(errno, std::generic_category(), sentence);
}

int retry_ioctl(int fd, unsigned long request, void* argument) noexcept {
    int result = 0;
    do {
        result = ::ioctl(fd, request, argument);
    } while (result == -1 && (errno == EINTR || errno == EAGAIN));
    return result;
}

} // namespace parallax
