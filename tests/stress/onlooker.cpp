// SPDX-License-Identifier: MIT
//
// References to a buffer without a use of it: by O_PATH, and in /proc.
#include "worker.hpp"

#include <unistd.h>

#include <array>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

namespace stress {
namespace {

std::string link_of(const uapi::UniqueFd& fd) {
    return "/proc/self/fd/" + std::to_string(fd.get());
}

/// Reads the kernel's information on a file, which may be closed at any time.
std::size_t read_all(const std::string& path) {
    const uapi::UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> text{};
    std::size_t size = 0;
    while (file) {
        const ssize_t got = ::read(file.get(), text.data(), text.size());
        if (got <= 0) {
            break;
        }
        size += static_cast<std::size_t>(got);
    }
    return size;
}

} // namespace

/// @return true if there is another file of O_PATH, which keeps the buffer without its fds.
bool Worker::open_path(Buffer& buffer) {
    const std::string link = link_of(random_.pick(buffer.fds));
    const Result opened = call([&] { return ::open(link.c_str(), O_PATH | O_CLOEXEC); });
    if (!done(opened, "opening by O_PATH")) {
        return false;
    }
    ++setup_.counters->paths_held;
    buffer.paths.emplace_back(static_cast<int>(opened.value));
    return true;
}

/// Keeps the buffer without any file of it: what is closed then is not released yet.
void Worker::hold_path() {
    Buffer* buffer = any_buffer();
    if (buffer == nullptr) {
        return;
    }
    if (buffer->fds.empty() || buffer->paths.size() > 2) {
        if (!buffer->paths.empty()) {
            buffer->paths.erase(buffer->paths.begin());
        }
        return;
    }
    if (!open_path(*buffer)) {
        return;
    }
    if (random_.one_in(2)) {
        buffer->fds.clear();
    }
    if (buffer->mode == O_RDWR && random_.one_in(4)) { // it is no file to be opened
        must_fail(
            call([&] { return ::open(link_of(buffer->paths.back()).c_str(), O_RDWR | O_CLOEXEC); }),
            ENXIO, "opening a dma-buf by its path");
    }
}

/// Reads /proc of any process of the run, while that opens and closes, and holds one of its files
/// by O_PATH until the next time. All may be gone at any moment, so nothing here has to succeed.
void Worker::look_around() {
    std::vector<int> alive;
    for (const int pid : setup_.counters->processes) {
        if (pid != 0) {
            alive.push_back(pid);
        }
    }
    if (alive.empty()) {
        return;
    }
    const std::string process = "/proc/" + std::to_string(random_.pick(alive));
    std::error_code gone;
    std::filesystem::directory_iterator files(process + "/fd", gone);
    for (; !gone && files != std::filesystem::directory_iterator(); files.increment(gone)) {
        const std::string number = files->path().filename();
        std::array<char, 128> target{};
        if (::readlink(files->path().c_str(), target.data(), target.size() - 1) > 0) {
            ++setup_.counters->files_looked_at;
        }
        read_all(process + "/fdinfo/" + number);
        if (random_.one_in(8)) {
            strangers_path_.reset(::open(files->path().c_str(), O_PATH | O_CLOEXEC));
        }
    }
    read_all(process + (random_.one_in(2) ? "/maps" : "/smaps"));
    read_all("/sys/kernel/debug/dma_buf/bufinfo");
}

} // namespace stress
