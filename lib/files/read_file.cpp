// SPDX-License-Identifier: MIT
#include "files/read_file.hpp"

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>

namespace parallax {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
    throw std::runtime_error(
        text::format("{} cannot be read: {}", file.string(), std::strerror(errno)));
}

/// Waits until there is something to read, with a time limit: a fifo may have no writer.
bool becomes_readable(int fd) {
    constexpr int patience = 30'000; // ms
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    const int ready = ::poll(&waiting, 1, patience);
    if (ready == 0) {
        errno = ETIMEDOUT;
    }
    return ready > 0 || (ready < 0 && errno == EINTR);
}

} // namespace

std::string read_start(const std::filesystem::path& file, std::size_t most) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!fd) {
        refuse(file);
    }
    std::string content;
    std::array<char, 65536> part{};
    while (content.size() < most) {
        if (!becomes_readable(fd.get())) {
            refuse(file);
        }
        const ssize_t length =
            ::read(fd.get(), part.data(), std::min(part.size(), most - content.size()));
        if (length == 0) {
            break;
        }
        if (length < 0 && (errno == EINTR || errno == EAGAIN)) {
            continue;
        }
        if (length < 0) {
            refuse(file);
        }
        content.append(part.data(), static_cast<std::size_t>(length));
    }
    return content;
}

std::string read_file(const std::filesystem::path& file, std::size_t most) {
    std::string content = read_start(file, most + 1);
    if (content.size() > most) {
        throw std::runtime_error(text::format("{} is larger than {} MiB, the most that is read",
                                              file.string(), most >> 20));
    }
    return content;
}

} // namespace parallax
