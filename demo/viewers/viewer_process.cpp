// SPDX-License-Identifier: MIT
#include "viewers/viewer_process.hpp"

#include "process/say.hpp"

#include "parallax/error.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <exception>
#include <type_traits>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

// A message between the two processes is a struct. They are the same program, so the messages need
// no versions.

/// Requests a picture. With fds, the memory changes: they are those of the dma-bufs, and of the
/// memory for the answers.
struct Question {
    ImageLayout layout;        ///< of the dma-bufs
    std::uint64_t version = 0; ///< returned with the answer
    std::uint64_t length = 0;  ///< of an answer, bytes
    std::uint32_t memory = 0;  ///< its number
    std::uint32_t reads = 0;   ///< 0: only sets the memory
};

struct Answer {
    enum class What : std::uint32_t {
        read,    ///< the rows have been read
        nothing, ///< no picture this time; the next request may succeed
        refused, ///< this memory cannot be read by this viewer
    };
    std::uint64_t version = 0;
    std::uint32_t memory = 0;
    What what = What::read;
    std::uint32_t failed = 0;         ///< the reason was an exception
    std::array<char, 1024> trouble{}; ///< the reason why nothing was read; ends with 0
};

static_assert(std::is_trivially_copyable_v<Question> && std::is_trivially_copyable_v<Answer>);

/// Time limit for the child's cleanup, which takes a few milliseconds, and longer if a camera's
/// command does not end.
constexpr std::chrono::milliseconds time_to_end = 2 * ChildProcess::grace + std::chrono::seconds(1);

/// Closes inherited fds, including other viewers' sockets, which must close with the parent.
void keep_only(int fd) {
    constexpr unsigned first = STDERR_FILENO + 1;
    const auto kept = static_cast<unsigned>(fd);
    if (kept > first) {
        ::close_range(first, kept - 1, 0);
    }
    ::close_range(kept + 1, ~0U, 0);
}

/// Ignores requests to stop: the child ends when the parent closes the socket.
void leave_signals_to_the_parent() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
        sigaddset(&signals, signal);
    }
    ::sigprocmask(SIG_BLOCK, &signals, nullptr);
}

/// Copies the sentence, cut to the room; a character that is cut becomes '?', which may be longer.
void set_trouble(Answer& answer, Answer::What what, const std::string& why) {
    constexpr std::size_t room = std::tuple_size_v<decltype(Answer::trouble)> - 32;
    answer.what = what;
    std::ranges::copy(printable(printable(why).substr(0, room)), answer.trouble.begin());
}

/// Runs @p work, and stores its reasons or its exception in the answer if it fails.
/// @return true if it succeeded.
template <typename Work>
bool tried(Answer& answer, Answer::What otherwise, Work work) {
    try {
        const std::expected<void, Reasons> done = work();
        if (!done) {
            set_trouble(answer, otherwise, joined(done.error(), "; "));
        }
        return done.has_value();
    } catch (const std::exception& error) {
        set_trouble(answer, otherwise, error.what());
        answer.failed = 1;
        return false;
    }
}

/// The memory for a viewer's answers, which both processes map.
MappedBytes map_rows(int fd, std::size_t size) {
    return {size,
            {.protection = PROT_READ | PROT_WRITE, .flags = MAP_SHARED, .fd = fd},
            "for a viewer's picture"};
}

void answer_questions(Viewer& viewer, const UnixSocket& socket) {
    MappedBytes room;
    bool shown = false;
    while (auto message = socket.receive()) {
        Question question;
        std::memcpy(&question, message->bytes.data(),
                    std::min(message->bytes.size(), sizeof question));
        Answer answer{.version = question.version, .memory = question.memory};
        if (!message->fds.empty()) {
            room = map_rows(message->fds.back().get(), question.length);
            message->fds.pop_back();
            shown = tried(answer, Answer::What::refused, [&] {
                std::vector<DmaBuf> buffers;
                for (UniqueFd& fd : message->fds) {
                    buffers.emplace_back(std::move(fd));
                }
                return viewer.show(std::move(buffers), question.layout);
            });
            if (!shown && !socket.send(std::as_bytes(std::span(&answer, 1)))) {
                return;
            }
        }
        if (question.reads == 0 || !shown) {
            continue;
        }
        tried(answer, Answer::What::nothing, [&] { return viewer.read(room.get()); });
        if (!socket.send(std::as_bytes(std::span(&answer, 1)))) {
            return;
        }
    }
}

/// The main function of the child: answers requests until the other end of the socket closes, then
/// destroys the viewer, which cleans up, and exits.
[[noreturn]] void run_child(const ViewerKind& kind, const ViewerOptions& options,
                            const UnixSocket& socket) noexcept {
    try {
        keep_only(socket.fd());
        leave_signals_to_the_parent();
        const auto viewer = kind.open(options, {.fd = socket.fd(), .events = POLLRDHUP});
        answer_questions(*viewer, socket);
    } catch (const std::exception& error) {
        say("parallax: the viewer '{}': {}", kind.name, error.what());
        ::_exit(1);
    }
    ::_exit(0); // without the parent's destructors
}

} // namespace

ViewerProcess::ViewerProcess(const ViewerKind& kind, const ViewerOptions& options) : kind_(kind) {
    auto [here, there] = UnixSocket::pair();
    const pid_t child = fork_process();
    if (child == 0) {
        run_child(kind, options, there);
    }
    process_.emplace(child);
    socket_.emplace(std::move(here));
}

ViewerProcess::~ViewerProcess() {
    if (!alive()) {
        return;
    }
    ::shutdown(socket_->fd(), SHUT_WR); // the child then cleans up and closes its end
    if (!process_->wait(time_to_end)) {
        process_->end(std::chrono::milliseconds(0)); // it hangs
    }
}

void ViewerProcess::kill() const noexcept {
    if (alive()) {
        process_->send(SIGKILL);
    }
}

void ViewerProcess::show(std::span<const DmaBuf> buffers, const ImageLayout& layout) {
    const Question question{.layout = layout,
                            .version = 0,
                            .length = rows_layout(kind_.sight, layout).size(),
                            .memory = ++memory_,
                            .reads = 0};
    const UniqueFd room(::memfd_create("parallax-view", MFD_CLOEXEC));
    if (!room || ::ftruncate(room.get(), static_cast<off_t>(question.length)) != 0) {
        throw_errno("cannot make memory for a viewer's picture");
    }
    answers_ = map_rows(room.get(), question.length);
    asked_ = false;
    refused_ = false;
    std::vector<int> fds;
    for (const DmaBuf& buffer : buffers) {
        fds.push_back(buffer.fd());
    }
    fds.push_back(room.get());
    hung_up_ = hung_up_ || !socket_->send(std::as_bytes(std::span(&question, 1)), fds);
}

void ViewerProcess::ask(std::uint64_t version) {
    if (asked_ || refused_ || hung_up_) {
        return;
    }
    const Question question{
        .layout = {}, .version = version, .length = 0, .memory = memory_, .reads = 1};
    asked_ = socket_->send(std::as_bytes(std::span(&question, 1)));
    hung_up_ = !asked_;
}

std::optional<std::uint64_t> ViewerProcess::answer() {
    Answer answer;
    while (!hung_up_) {
        const ssize_t length =
            ::recv(socket_->fd(), &answer, sizeof answer, MSG_DONTWAIT | MSG_TRUNC);
        if (length < 0 && (errno == EAGAIN || errno == EINTR)) {
            return std::nullopt;
        }
        if (length != sizeof answer) {
            hung_up_ = true;
        } else if (answer.memory == memory_) { // ignore answers for former memory
            asked_ = false;
            refused_ = answer.what == Answer::What::refused;
            sees_ = answer.what == Answer::What::read;
            failed_ = answer.failed != 0;
            if (trouble_ != answer.trouble.data()) {
                trouble_ = answer.trouble.data();
            }
            return sees_ ? std::optional(answer.version) : std::nullopt;
        }
    }
    find_ending();
    return std::nullopt;
}

void ViewerProcess::wait(Interrupt unwanted, std::chrono::milliseconds limit) const {
    if (!alive()) {
        return;
    }
    std::array<pollfd, 2> waiting{
        {{.fd = hung_up_ ? process_->handle() : socket_->fd(), .events = POLLIN, .revents = 0},
         {.fd = unwanted.fd, .events = unwanted.events, .revents = 0}}};
    ::poll(waiting.data(), waiting.size(), static_cast<int>(limit.count()));
}

/// Called until the child's exit can be seen, which is a moment after its socket has closed.
void ViewerProcess::find_ending() {
    if (!alive() || !process_->ended()) {
        return;
    }
    const int signal = process_->signal();
    trouble_ = signal != 0 ? text::format("process {} was ended by signal {} ({})", process_->pid(),
                                          signal, ::strsignal(signal))
                           : text::format("process {} ended with status {}", process_->pid(),
                                          process_->status());
    sees_ = false;
    failed_ = true;
    process_.reset();
}

} // namespace parallax::demo
