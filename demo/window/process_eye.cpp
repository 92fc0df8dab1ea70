// SPDX-License-Identifier: MIT
#include "window/process_eye.hpp"

#include "parallax/cpu_access.hpp"
#include "parallax/error.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <format>
#include <print>
#include <utility>

namespace parallax::demo {
namespace {

/// Asks for a look; if fds come with it, at other memory than before: the dma-buf's, and that of
/// the memory for the answers.
struct Question {
    std::uint64_t offset = 0; ///< of the picture's first pixel in the dma-buf
    std::uint64_t length = 0; ///< bytes from there on, as many as the answers have room for
    std::uint64_t turn = 0;
    std::uint32_t memory = 0; ///< which one, counted
    std::uint32_t looks = 0;  ///< 0: the memory is handed over, no more
};

struct Answer {
    std::uint64_t turn = 0;
    std::uint32_t memory = 0;
    std::uint32_t unused = 0; ///< so that no byte of it is left undefined
};

} // namespace

ProcessEye::Answers::Answers(int fd, std::size_t size) : size_(size) {
    void* const address = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (address == MAP_FAILED) {
        throw_errno(std::format("cannot map {} bytes for another process's view", size));
    }
    address_ = static_cast<std::byte*>(address);
}

ProcessEye::Answers& ProcessEye::Answers::operator=(Answers&& other) noexcept {
    std::swap(address_, other.address_);
    std::swap(size_, other.size_);
    return *this;
}

ProcessEye::Answers::~Answers() {
    if (address_ != nullptr) {
        ::munmap(address_, size_);
    }
}

ProcessEye::ProcessEye() {
    auto [here, there] = UnixSocket::pair();
    const pid_t parent = ::getpid();
    pid_ = ::fork();
    if (pid_ < 0) {
        throw_errno("cannot start another process");
    }
    if (pid_ == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) {
            ::_exit(0); // too late for the signal
        }
        {
            const UnixSocket closed(std::move(here));
        } // or it would never see the other end close
        serve(there);
    }
    socket_.emplace(std::move(here));
}

ProcessEye::~ProcessEye() {
    if (alive()) {
        kill(); // it may be in the middle of a look, and nothing of it is worth waiting for
        ::waitpid(pid_, nullptr, 0);
    }
}

void ProcessEye::kill() const noexcept {
    if (alive()) {
        ::kill(pid_, SIGKILL);
    }
}

void ProcessEye::show(const DmaBuf& buffer, const ImageLayout& layout) {
    const Question question{.offset = layout.offset,
                            .length = layout.size() - layout.offset,
                            .turn = 0,
                            .memory = ++memory_,
                            .looks = 0};
    const UniqueFd room(::memfd_create("parallax-view", MFD_CLOEXEC));
    if (!room || ::ftruncate(room.get(), static_cast<off_t>(question.length)) != 0) {
        throw_errno("cannot make memory for another process's view");
    }
    answers_ = Answers(room.get(), question.length);
    asked_ = false;
    const std::array fds{buffer.fd(), room.get()};
    hung_up_ = hung_up_ || !socket_->send(std::as_bytes(std::span(&question, 1)), fds);
}

void ProcessEye::look(std::uint64_t turn) {
    if (asked_ || hung_up_) {
        return;
    }
    const Question question{.offset = 0, .length = 0, .turn = turn, .memory = memory_, .looks = 1};
    asked_ = socket_->send(std::as_bytes(std::span(&question, 1)));
    hung_up_ = !asked_;
}

std::optional<std::uint64_t> ProcessEye::seen() {
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
            return answer.turn;
        }
    }
    find_ending();
    return std::nullopt;
}

/// Its socket closes a moment before its end can be seen, so this is asked until it is.
void ProcessEye::find_ending() {
    int status = 0;
    if (!alive() || ::waitpid(pid_, &status, WNOHANG) != pid_) {
        return;
    }
    ending_ = WIFSIGNALED(status)
                  ? std::format("process {} was ended by signal {} ({})", pid_, WTERMSIG(status),
                                ::strsignal(WTERMSIG(status)))
                  : std::format("process {} ended with status {}", pid_, WEXITSTATUS(status));
    pid_ = 0;
}

/// The other process, all its life.
void ProcessEye::serve(const UnixSocket& socket) noexcept {
    try {
        answer(socket);
    } catch (const std::exception& error) {
        std::println(stderr, "parallax: the process that looks at the memory: {}", error.what());
        ::_exit(1);
    }
    ::_exit(0); // what the parent's destructors do is the parent's
}

void ProcessEye::answer(const UnixSocket& socket) {
    std::optional<Mapping> mapping;
    Answers room;
    Question memory;
    while (const auto message = socket.receive()) {
        Question question;
        std::memcpy(&question, message->bytes.data(),
                    std::min(message->bytes.size(), sizeof question));
        if (message->fds.size() == 2) {
            memory = question;
            mapping.emplace(DmaBuf(message->fds[0].duplicate()).map());
            room = Answers(message->fds[1].get(), memory.length);
        }
        if (question.looks == 0) {
            continue;
        }
        {
            const CpuRead access(*mapping);
            std::memcpy(room.bytes().data(), access.bytes().data() + memory.offset, memory.length);
        }
        const Answer answer{.turn = question.turn, .memory = memory.memory};
        if (!socket.send(std::as_bytes(std::span(&answer, 1)))) {
            return;
        }
    }
}

} // namespace parallax::demo
