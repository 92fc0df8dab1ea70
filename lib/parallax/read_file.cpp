// SPDX-License-Identifier: MIT
#include "parallax/read_file.hpp"

#include "parallax/unique_fd.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <format>
#include <stdexcept>

namespace parallax {
namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
    throw std::runtime_error(
        std::format("{} cannot be read: {}", file.string(), std::strerror(errno)));
}

} // namespace

std::string read_file(const std::filesystem::path& file, std::size_t most) {
    const UniqueFd fd(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!fd) {
        refuse(file);
    }
    std::string content;
    std::array<char, 65536> part{};
    while (const ssize_t length = ::read(fd.get(), part.data(), part.size())) {
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length < 0) {
            refuse(file);
        }
        content.append(part.data(), static_cast<std::size_t>(length));
        if (content.size() > most) {
            throw std::runtime_error(std::format("{} is larger than {} MiB, the most that is read",
                                                 file.string(), most >> 20));
        }
    }
    return content;
}

} // namespace parallax
