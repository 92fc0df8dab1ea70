// SPDX-License-Identifier: MIT
#include "sharing/connection.hpp"

#include "parallax/ipc/unix_socket.hpp"
#include "parallax/text.hpp"

#include <pwd.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <utility>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

/// The user's name, or the number if there is none.
std::string user_name(uid_t uid) {
    const passwd* const entry = ::getpwuid(uid);
    return entry != nullptr ? entry->pw_name : std::to_string(uid);
}

/// One sentence why there is no sharer at @p path, with instructions.
std::string why_not_connected(const std::filesystem::path& path, const std::system_error& error) {
    struct stat status{};
    const bool there = ::stat(path.c_str(), &status) == 0;
    const bool hidden = !there && errno == EACCES;
    if (there && !S_ISSOCK(status.st_mode)) {
        return text::format("{} is not a socket", path.string());
    }
    switch (error.code().value()) {
    case ENOENT:
        return text::format("{} is not there; is parallax share running, with the same --socket?",
                            path.string());
    case ECONNREFUSED:
        return text::format("no process listens at {} any more; start parallax share again",
                            path.string());
    case EACCES:
    case EPERM:
        return there ? text::format("{} is the socket of user {}, and its mode {:04o} does not let "
                                    "this user connect; parallax share opens it to others by "
                                    "--socket-mode and --socket-group",
                                    path.string(), user_name(status.st_uid), status.st_mode & 0777U)
               : hidden ? text::format("{} lies in a folder of another user that this one may not "
                                       "enter; share at another place: --socket",
                                       path.string())
                        : std::string(error.what());
    default:
        return error.what();
    }
}

/// Connects; tries again until the time is over, if no process listens yet.
UnixSocket connect(const std::filesystem::path& path, Clock::time_point end) {
    while (true) {
        try {
            return UnixSocket::connect(path);
        } catch (const std::system_error& error) {
            if (Clock::now() >= end) {
                throw std::runtime_error(
                    error.code().value() == EAGAIN
                        ? text::format("{} has a sharing process that accepts no connection; is it "
                                       "stopped?",
                                       path.string())
                        : why_not_connected(path, error));
            }
        }
        std::this_thread::sleep_for(milliseconds(20));
    }
}

} // namespace

FrameReceiver connect_to_sharer(const std::filesystem::path& path, milliseconds wait) {
    constexpr milliseconds unless_asked(10'000);
    constexpr milliseconds least(1000); // for the other side's answer
    const Clock::time_point end = Clock::now() + wait;
    UnixSocket socket = connect(path, end);
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    const auto connection = [&, first = true]() mutable {
        return std::exchange(first, false) ? std::move(socket) : connect(path, end);
    };
    auto receiver = FrameReceiver::open_any(
        connection, wait == milliseconds(0) ? unless_asked : std::max(left, least));
    if (!receiver) {
        throw std::runtime_error(receiver.error());
    }
    return *std::move(receiver);
}

} // namespace parallax::demo
