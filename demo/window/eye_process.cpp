// SPDX-License-Identifier: MIT
#include "window/eye_process.hpp"

#include "window/eye_messages.hpp"

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <exception>
#include <print>

namespace parallax::demo {
namespace {

/// Closes what the window has open, the other eyes' sockets among it: they close with the window.
void keep_only(int fd) {
    constexpr unsigned first = STDERR_FILENO + 1;
    const auto kept = static_cast<unsigned>(fd);
    if (kept > first) {
        ::close_range(first, kept - 1, 0);
    }
    ::close_range(kept + 1, ~0U, 0);
}

void leave_signals_to_the_window() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        sigaddset(&signals, signal);
    }
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

/// One sentence of one or more reasons, as long as there is room for.
void say(Answer& answer, Answer::What what, std::string_view why) {
    answer.what = what;
    const std::size_t length = std::min(why.size(), answer.trouble.size() - 1);
    std::ranges::copy(why.substr(0, length), answer.trouble.begin());
}

/// What a looker did or why it did not, whether it says so or throws.
template <typename Work>
bool tried(Answer& answer, Answer::What otherwise, Work work) {
    try {
        const std::expected<void, Reasons> done = work();
        if (!done) {
            say(answer, otherwise, done.error().front());
        }
        return done.has_value();
    } catch (const std::exception& error) {
        say(answer, otherwise, error.what());
        return false;
    }
}

void answer_questions(Looker& looker, const UnixSocket& socket) {
    SharedRows room;
    Question memory;
    bool taken = false;
    while (const auto message = socket.receive()) {
        Question question;
        std::memcpy(&question, message->bytes.data(),
                    std::min(message->bytes.size(), sizeof question));
        Answer answer{.turn = question.turn, .memory = question.memory};
        if (message->fds.size() == 2) {
            memory = question;
            room = SharedRows(message->fds[1].get(), memory.length());
            taken = tried(answer, Answer::What::refused, [&] {
                return looker.take(DmaBuf(message->fds[0].duplicate()), memory.layout);
            });
            if (!taken && !socket.send(std::as_bytes(std::span(&answer, 1)))) {
                return;
            }
        }
        if (question.looks == 0 || !taken) {
            continue;
        }
        tried(answer, Answer::What::nothing, [&] { return looker.look(room.bytes()); });
        if (!socket.send(std::as_bytes(std::span(&answer, 1)))) {
            return;
        }
    }
}

} // namespace

void run_eye_process(const EyeKind& kind, const EyeOptions& options,
                     const UnixSocket& socket) noexcept {
    try {
        keep_only(socket.fd());
        leave_signals_to_the_window();
        const auto looker = kind.make(options, socket.fd());
        answer_questions(*looker, socket);
    } catch (const std::exception& error) {
        std::println(stderr, "parallax: the eye '{}': {}", kind.name, error.what());
        ::_exit(1);
    }
    ::_exit(0); // what the window's destructors do is the window's
}

} // namespace parallax::demo
