// SPDX-License-Identifier: MIT
#include "process/reporting_process.hpp"

#include "process/say.hpp"

#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <exception>
#include <system_error>

namespace parallax::demo {
namespace {

/// @throws std::system_error when nobody reads any more.
void write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const ssize_t written = ::write(fd, text.data(), text.size());
        if (written < 0 && errno != EINTR) {
            throw_errno("nobody reads the report of a process");
        }
        text.remove_prefix(written > 0 ? static_cast<std::size_t>(written) : 0);
    }
}

/// The main function of the other process.
[[noreturn]] void run_child(const std::function<void(const ReportingProcess::Send&)>& work, int fd,
                            pid_t parent) noexcept {
    try {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (::getppid() != parent) { // it ended before the prctl()
            ::_exit(1);
        }
        std::signal(SIGPIPE, SIG_IGN);
        work([fd](std::string_view line) { write_all(fd, std::string(line) + "\n"); });
    } catch (const std::exception& error) {
        say("parallax: {}", printable(error.what()));
        ::_exit(1);
    }
    ::_exit(0); // without the parent's destructors
}

int milliseconds_until(ReportingProcess::Clock::time_point end) {
    using std::chrono::milliseconds;
    const auto left = std::chrono::ceil<milliseconds>(end - ReportingProcess::Clock::now());
    return static_cast<int>(
        std::clamp(left, milliseconds(0), milliseconds(std::chrono::hours(1))).count());
}

} // namespace

ReportingProcess::ReportingProcess(const std::function<void(const Send&)>& work) {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        throw_errno("cannot create a pipe");
    }
    lines_.reset(ends[0]);
    const UniqueFd input(ends[1]);
    const pid_t parent = ::getpid();
    const pid_t child = fork_process();
    if (child == 0) {
        lines_.reset();
        run_child(work, input.get(), parent);
    }
    process_.emplace(child);
}

ReportingProcess::~ReportingProcess() {
    process_->send(SIGKILL);
    process_->end(std::chrono::milliseconds(0)); // and waits
}

std::expected<std::string, ReportingProcess::End> ReportingProcess::next(Clock::time_point until,
                                                                         Interrupt unwanted) {
    for (;;) {
        if (auto line = take_line()) {
            return *std::move(line);
        }
        std::array<pollfd, 2> waiting{
            {{.fd = lines_.get(), .events = POLLIN, .revents = 0},
             {.fd = unwanted.fd, .events = unwanted.events, .revents = 0}}};
        const int ready = ::poll(waiting.data(), waiting.size(), milliseconds_until(until));
        if (waiting[1].revents != 0) {
            return std::unexpected(End::interrupted);
        }
        if (ready == 0 && Clock::now() >= until) {
            return std::unexpected(End::late);
        }
        std::array<char, 65536> part{};
        const ssize_t length =
            waiting[0].revents != 0 ? ::read(lines_.get(), part.data(), part.size()) : -1;
        if (length == 0) {
            return std::unexpected(ending(until));
        }
        received_.append(part.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    }
}

std::string ReportingProcess::trouble() const {
    const int signal = process_->signal();
    return signal != 0 ? text::format("was ended by signal {} ({})", signal, ::strsignal(signal))
                       : text::format("ended with status {}", process_->status());
}

std::optional<std::string> ReportingProcess::take_line() {
    const std::size_t end = received_.find('\n');
    if (end == std::string::npos) {
        return std::nullopt;
    }
    std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    return line;
}

/// After its last line.
ReportingProcess::End ReportingProcess::ending(Clock::time_point until) {
    if (!process_->wait(std::chrono::milliseconds(milliseconds_until(until)))) {
        return End::late;
    }
    return process_->status() == 0 ? End::done : End::died;
}

} // namespace parallax::demo
