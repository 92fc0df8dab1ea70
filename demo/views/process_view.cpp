// SPDX-License-Identifier: MIT
#include "views/other_views.hpp"

#include "process/temporary_folder.hpp"

#include "parallax/fingerprint.hpp"
#include "parallax/frame_sharer.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <format>
#include <vector>

namespace parallax::demo {
namespace {

/// `parallax view` in a process of its own, its verdict thrown away: only its picture counts.
class ViewProcess {
public:
    explicit ViewProcess(std::vector<std::string> arguments) {
        std::vector<char*> argv;
        for (std::string& argument : arguments) {
            argv.push_back(argument.data());
        }
        argv.push_back(nullptr);
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        const int error =
            ::posix_spawn(&pid_, "/proc/self/exe", &actions, nullptr, argv.data(), environ);
        ::posix_spawn_file_actions_destroy(&actions);
        if (error != 0) {
            errno = error;
            throw_errno("cannot start another process");
        }
    }
    ViewProcess(const ViewProcess&) = delete;
    ViewProcess& operator=(const ViewProcess&) = delete;
    ViewProcess(ViewProcess&&) = delete;
    ViewProcess& operator=(ViewProcess&&) = delete;
    ~ViewProcess() {
        if (!ended_) {
            ::kill(pid_, SIGTERM);
            ::waitpid(pid_, &status_, 0);
        }
    }

    /// Whether it has come to its end by now.
    [[nodiscard]] bool ended() {
        ended_ = ended_ || ::waitpid(pid_, &status_, WNOHANG) == pid_;
        return ended_;
    }

    /// Its exit status, after its end; -1 when a signal ended it.
    [[nodiscard]] int status() const { return WIFEXITED(status_) ? WEXITSTATUS(status_) : -1; }

private:
    pid_t pid_ = 0;
    int status_ = 0;
    bool ended_ = false;
};

} // namespace

std::expected<Picture, Reasons> look_from_process(const Onlooker& onlooker) {
    const TemporaryFolder folder;
    const std::filesystem::path path = folder.path() / "socket";
    std::vector<DrawnBuffer> buffers;
    buffers.emplace_back(DmaBuf(onlooker.image.buffer().duplicate()), onlooker.image.layout());
    FrameSharer sharer(UnixListener(path), buffers);

    std::vector<std::string> arguments{"parallax",    "view",  "--socket",
                                       path.string(), "--out", folder.path().string()};
    if (!onlooker.device.device.empty()) {
        arguments.insert(arguments.end(), {"--device", onlooker.device.device});
    }
    if (onlooker.device.validate) {
        arguments.emplace_back("--validate");
    }
    ViewProcess viewer(std::move(arguments));
    bool announced = false;
    while (!viewer.ended()) {
        sharer.serve(std::chrono::milliseconds(20));
        if (!announced && sharer.viewers() > 0) {
            sharer.announce({.fingerprint = fingerprint(buffers.front().view())});
            announced = true;
        }
    }
    // 1 is "views differ": its picture tells where.
    if (viewer.status() != 0 && viewer.status() != 1) {
        return std::unexpected(
            Reasons{std::format("the other process ended with status {}", viewer.status())});
    }
    return load_picture(folder.path() / "process.png");
}

} // namespace parallax::demo
