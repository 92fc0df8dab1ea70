// SPDX-License-Identifier: MIT
#include "parallax/write_file.hpp"

#include "parallax/error.hpp"
#include "parallax/unique_fd.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <format>
#include <string>
#include <system_error>

namespace parallax {
namespace {

void write_all(int fd, std::span<const char> content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throw_errno("write failed");
        }
        content = content.subspan(static_cast<std::size_t>(written));
    }
}

} // namespace

void write_file(const std::filesystem::path& file, std::span<const char> content) {
    if (std::error_code error;
        file.has_parent_path() && !std::filesystem::is_directory(file.parent_path(), error)) {
        std::filesystem::create_directories(file.parent_path(), error);
        if (error) {
            throw std::system_error(error, std::format("cannot write {}", file.string()));
        }
    }
    std::string temporary = file.string() + ".XXXXXX";
    UniqueFd fd(::mkostemp(temporary.data(), O_CLOEXEC));
    if (!fd) {
        throw_errno(std::format("cannot write {}", file.string()));
    }
    try {
        write_all(fd.get(), content);
        // mkostemp makes it 0600; give it what any new file would have.
        const mode_t mask = ::umask(0);
        ::umask(mask);
        if (::fchmod(fd.get(), 0666 & ~mask) != 0 || ::close(fd.release()) != 0 ||
            std::rename(temporary.c_str(), file.c_str()) != 0) {
            throw_errno("cannot put the file in its place");
        }
    } catch (const std::system_error& error) {
        ::unlink(temporary.c_str());
        throw std::system_error(error.code(), std::format("cannot write {}", file.string()));
    }
}

} // namespace parallax
