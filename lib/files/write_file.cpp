// SPDX-License-Identifier: MIT
#include "files/write_file.hpp"

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace parallax {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

/// Time limit for the reader of a fifo or another slow file.
constexpr std::chrono::milliseconds patience = 30s;

void wait_until_writable(int fd) {
    pollfd waiting{.fd = fd, .events = POLLOUT, .revents = 0};
    const int ready = ::poll(&waiting, 1, static_cast<int>(patience.count()));
    if (ready == 0) {
        errno = ETIMEDOUT;
    }
    if (ready == 0 || (ready < 0 && errno != EINTR)) {
        throw_errno("it is not read");
    }
}

void write_all(int fd, std::span<const char> content) {
    while (!content.empty()) {
        const ssize_t written = ::write(fd, content.data(), content.size());
        if (written < 0 && errno == EAGAIN) {
            wait_until_writable(fd);
        } else if (written < 0 && errno != EINTR) {
            throw_errno("write failed");
        } else if (written > 0) {
            content = content.subspan(static_cast<std::size_t>(written));
        }
    }
}

/// N if the file is /proc/self/fd/N by any name: a file that this process has open.
std::optional<int> own_fd(const std::filesystem::path& file) {
    std::error_code error;
    const auto folder = std::filesystem::canonical(file.parent_path(), error);
    const std::string name = file.filename().string();
    int number = -1;
    const char* const end = name.data() + name.size();
    const auto [rest, problem] = std::from_chars(name.data(), end, number);
    const bool whole = problem == std::errc{} && rest == end;
    return !error && whole && folder == text::format("/proc/{}/fd", ::getpid())
               ? std::optional(number)
               : std::nullopt;
}

/// The end of a chain of symbolic links, which need not exist; or before that, a file that this
/// process has open (/dev/stdout is such a chain).
std::filesystem::path end_of_links(std::filesystem::path file) {
    constexpr int most = 40; // the kernel's limit
    for (int i = 0; std::filesystem::is_symlink(file) && !own_fd(file); ++i) {
        if (i == most) {
            throw std::system_error(ELOOP, std::generic_category());
        }
        file = file.parent_path() / std::filesystem::read_symlink(file);
    }
    return file;
}

/// Opens the file. Waits for a reader of a fifo, with a time limit.
UniqueFd open_in_place(const std::filesystem::path& file) {
    const Clock::time_point end = Clock::now() + patience;
    for (;;) {
        UniqueFd fd(::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
        if (fd) {
            return fd;
        }
        if (errno != ENXIO || !std::filesystem::is_fifo(file) || Clock::now() >= end) {
            throw_errno("open failed");
        }
        std::this_thread::sleep_for(20ms);
    }
}

/// A new file that replaces another. It has no name until it is whole, so that nothing is left if
/// this process is killed. On file systems without unnamed files (NFS) it has a temporary name
/// beside the other file, removed unless it was renamed.
class Replacement {
public:
    explicit Replacement(const std::filesystem::path& file) : file_(file) {
        const std::filesystem::path folder = file.has_parent_path() ? file.parent_path() : ".";
        if (::access(own_fds, F_OK) == 0) { // needed to give it a name
            fd_.reset(::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666));
        }
        if (!fd_) {
            choose_name([this](const char* name) {
                fd_.reset(::open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
                return static_cast<bool>(fd_);
            });
        }
    }
    Replacement(const Replacement&) = delete;
    Replacement& operator=(const Replacement&) = delete;
    Replacement(Replacement&&) = delete;
    Replacement& operator=(Replacement&&) = delete;
    ~Replacement() {
        if (!temporary_.empty()) {
            ::unlink(temporary_.c_str());
        }
    }

    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Gives it the mode and, if permitted, the owner of the existing file.
    void be_like(const struct stat& there) const {
        static_cast<void>(!::fchown(fd_.get(), there.st_uid, there.st_gid));
        if (::fchmod(fd_.get(), there.st_mode & 0777U) != 0) {
            throw_errno("cannot set the mode");
        }
    }

    void take_its_place() {
        if (temporary_.empty()) { // only rename() replaces a file
            choose_name([this](const char* name) {
                return ::linkat(AT_FDCWD, text::format("{}/{}", own_fds, fd_.get()).c_str(),
                                AT_FDCWD, name, AT_SYMLINK_FOLLOW) == 0;
            });
        }
        if (::close(fd_.release()) != 0 || std::rename(temporary_.c_str(), file_.c_str()) != 0) {
            throw_errno("cannot put the file in its place");
        }
        temporary_.clear();
    }

private:
    static constexpr auto own_fds = "/proc/self/fd";

    /// @param take whether a name beside the other file could be taken, else errno.
    void choose_name(const std::function<bool(const char* name)>& take) {
        static std::atomic<unsigned> count;
        for (;;) { // what another process left behind when it was killed stays
            std::filesystem::path name =
                file_.parent_path() / text::format(".parallax-{}-{}", ::getpid(), count++);
            if (take(name.c_str())) {
                temporary_ = std::move(name);
                return;
            }
            if (errno != EEXIST) {
                throw_errno("a new file cannot be made beside it");
            }
        }
    }

    std::filesystem::path file_;
    std::filesystem::path temporary_; // its name; empty as long as it has none
    UniqueFd fd_;
};

void write_to_end(const std::filesystem::path& file, std::span<const char> content) {
    if (const auto open = own_fd(file)) {
        write_all(*open, content);
        return;
    }
    struct stat there{};
    const bool exists = ::stat(file.c_str(), &there) == 0;
    if (exists && !S_ISREG(there.st_mode)) {
        write_all(open_in_place(file).get(), content);
        return;
    }
    Replacement replacement(file);
    if (exists) {
        replacement.be_like(there);
    }
    write_all(replacement.fd(), content);
    replacement.take_its_place();
}

} // namespace

void write_file(const std::filesystem::path& file, std::span<const char> content) try {
    const std::filesystem::path end = end_of_links(file);
    if (end.has_parent_path() && !std::filesystem::is_directory(end.parent_path())) {
        std::filesystem::create_directories(end.parent_path());
    }
    write_to_end(end, content);
} catch (const std::system_error& error) {
    throw std::system_error(error.code(), text::format("cannot write {}", file.string()));
}

} // namespace parallax
