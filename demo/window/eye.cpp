// SPDX-License-Identifier: MIT
#include "window/eye.hpp"

#include "window/eye_process.hpp"

#include "parallax/error.hpp"

#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <format>
#include <utility>

namespace parallax::demo {
namespace {

constexpr int patience = 5000; // ms for the process to put everything back; it takes a few

} // namespace

Eye::Eye(const EyeKind& kind, const EyeOptions& options) : kind_(kind) {
    auto [here, there] = UnixSocket::pair();
    pid_ = ::fork();
    if (pid_ < 0) {
        throw_errno("cannot start another process");
    }
    if (pid_ == 0) {
        run_eye_process(kind, options, there);
    }
    socket_.emplace(std::move(here));
}

Eye::~Eye() {
    if (!alive()) {
        return;
    }
    ::shutdown(socket_->fd(), SHUT_WR); // the process sees it, and closes its end when it is done
    pollfd waiting{.fd = socket_->fd(), .events = POLLRDHUP, .revents = 0};
    while (::poll(&waiting, 1, patience) < 0 && errno == EINTR) {
    }
    if ((waiting.revents & (POLLHUP | POLLRDHUP)) == 0) {
        kill(); // it hangs
    }
    ::waitpid(pid_, nullptr, 0);
}

void Eye::kill() const noexcept {
    if (alive()) {
        ::kill(pid_, SIGKILL);
    }
}

void Eye::show(const DmaBuf& buffer, const ImageLayout& layout) {
    const Question question{.layout = layout, .turn = 0, .memory = ++memory_, .looks = 0};
    const UniqueFd room(::memfd_create("parallax-view", MFD_CLOEXEC));
    if (!room || ::ftruncate(room.get(), static_cast<off_t>(question.length())) != 0) {
        throw_errno("cannot make memory for what is seen elsewhere");
    }
    answers_ = SharedRows(room.get(), question.length());
    asked_ = false;
    refused_ = false;
    const std::array fds{buffer.fd(), room.get()};
    hung_up_ = hung_up_ || !socket_->send(std::as_bytes(std::span(&question, 1)), fds);
}

void Eye::look(std::uint64_t turn) {
    if (asked_ || refused_ || hung_up_) {
        return;
    }
    const Question question{.layout = {}, .turn = turn, .memory = memory_, .looks = 1};
    asked_ = socket_->send(std::as_bytes(std::span(&question, 1)));
    hung_up_ = !asked_;
}

std::optional<std::uint64_t> Eye::seen() {
    Answer answer;
    while (!hung_up_) {
        const ssize_t length =
            ::recv(socket_->fd(), &answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC);
        if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
            return std::nullopt;
        }
        if (length != sizeof answer) {
            hung_up_ = true;
        } else if (answer.memory == memory_) { // others are of memory that is gone
            asked_ = false;
            refused_ = answer.what == Answer::What::refused;
            sees_ = answer.what == Answer::What::seen;
            if (trouble_ != answer.trouble.data()) {
                trouble_ = answer.trouble.data();
            }
            return sees_ ? std::optional(answer.turn) : std::nullopt;
        }
    }
    find_ending();
    return std::nullopt;
}

/// Its socket closes a moment before its end can be seen, so this is asked until it is.
void Eye::find_ending() {
    int status = 0;
    if (!alive() || ::waitpid(pid_, &status, WNOHANG) != pid_) {
        return;
    }
    trouble_ = WIFSIGNALED(status)
                   ? std::format("process {} was ended by signal {} ({})", pid_, WTERMSIG(status),
                                 ::strsignal(WTERMSIG(status)))
                   : std::format("process {} ended with status {}", pid_, WEXITSTATUS(status));
    sees_ = false;
    pid_ = 0;
}

} // namespace parallax::demo
