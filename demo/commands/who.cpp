// SPDX-License-Identifier: MIT
#include "commands/commands.hpp"

#include "process/end_on_stop.hpp"
#include "process/exit_status.hpp"
#include "process/stop_signal.hpp"
#include "report/failure.hpp"
#include "report/wrapped.hpp"
#include "who/listing.hpp"
#include "who/snapshot.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/printable.hpp"
#include "parallax/text.hpp"

#include <nlohmann/json.hpp>

#include <dirent.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <expected>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace parallax::demo {
namespace {

/// The buffers that were asked for.
struct Selection {
    std::function<bool(const who::Buffer&)> contains;
    std::string nothing; ///< a sentence, where it is a mistake that there is none
};

struct WhoOptions {
    std::string what;
    bool watch = false;
    int interval = 1000;
    bool json = false;
};

Selection select_inode(std::uint64_t inode) {
    return {.contains = [inode](const who::Buffer& buffer) { return buffer.inode == inode; },
            .nothing = text::format("no dma-buf that can be seen has the inode {}", inode)};
}

/// @return whose buffers, or why this user may not see them.
/// @throws UsageError where there is no such process.
std::expected<Selection, Reasons> select_process(std::uint64_t pid) {
    const std::string folder = text::format("/proc/{}/fd", pid);
    DIR* const fds = ::opendir(folder.c_str());
    if (fds == nullptr && (errno == EACCES || errno == EPERM)) {
        return std::unexpected(
            Reasons{text::format("only its user and root may look into process {}", pid)});
    }
    if (fds == nullptr) {
        throw UsageError(text::format("{} is neither an fd of a dma-buf nor a process", pid));
    }
    ::closedir(fds);
    return Selection{.contains = [pid](const who::Buffer& buffer) {
        return std::ranges::contains(buffer.holders, static_cast<pid_t>(pid), &who::Holder::pid);
    }};
}

std::expected<Selection, Reasons> select_buffers(const std::string& what) {
    constexpr std::string_view inode = "inode:";
    if (what.starts_with(inode)) {
        const auto number = who::number_in(std::string_view(what).substr(inode.size()));
        if (!number) {
            throw UsageError(text::format("'{}' has no number of an inode", what));
        }
        return select_inode(*number);
    }
    if (const auto number = who::number_in(what)) {
        struct stat status{};
        const bool is_int = *number <= std::numeric_limits<int>::max();
        const int fd = is_int ? static_cast<int>(*number) : -1;
        if (is_dma_buf(fd) && ::fstat(fd, &status) == 0) {
            return select_inode(status.st_ino);
        }
        return select_process(*number);
    }
    return Selection{
        .contains = [name = printable(what)](
                        const who::Buffer& buffer) { return buffer.name.contains(name); },
        .nothing =
            what.empty() ? "" : text::format("no dma-buf that can be seen is named '{}'", what)};
}

/// Prints snapshots: for programs, one JSON value each; for people, on a terminal one over the
/// other.
class Output {
public:
    explicit Output(const WhoOptions& options) : options_(options) {}

    void show(const who::Snapshot& snapshot) {
        const winsize terminal = terminal_size();
        const std::size_t width = terminal.ws_col > 0 ? terminal.ws_col : page_width;
        std::string text = options_.json
                               ? who::json_of(snapshot).dump(options_.watch ? -1 : 2) + "\n"
                               : who::text_of(snapshot, width, start_ ? &*start_ : nullptr);
        if (options_.watch && !start_) {
            start_ = who::totals_of(snapshot).sum;
        }
        if (text == std::exchange(last_, text)) {
            return;
        }
        if (options_.watch && !options_.json && terminal.ws_row > 0) {
            text = who::screen_of(text, terminal.ws_row);
        }
        text::print("{}", text);
        std::fflush(stdout);
    }

private:
    /// @return nothing where standard output is no terminal.
    static winsize terminal_size() {
        winsize size{};
        ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size);
        return size;
    }

    const WhoOptions& options_;
    std::optional<who::Sum> start_; ///< of the first, if more follow
    std::string last_;
};

/// @throws UsageError where nothing is selected, and none is waited for.
ExitStatus look(const Selection& selection, Output& output, bool watch) {
    auto snapshot = who::take_snapshot();
    if (!snapshot) {
        return unsupported("this machine cannot do it", snapshot.error());
    }
    std::erase_if(snapshot->buffers, std::not_fn(selection.contains));
    if (snapshot->buffers.empty() && !selection.nothing.empty() && !watch) {
        throw UsageError(selection.nothing);
    }
    output.show(*snapshot);
    return ExitStatus::agree;
}

ExitStatus list_holders(const WhoOptions& options) {
    const auto selection = select_buffers(options.what);
    if (!selection) {
        return unsupported("this user may not see it", selection.error());
    }
    Output output(options);
    if (!options.watch) {
        return look(*selection, output, false);
    }
    const StopSignal stop;
    // A driver that hangs with a buffer's lock keeps the kernel's list waiting.
    const EndOnStop in_the_end(stop, EndOnStop::long_enough);
    pollfd waiting{.fd = stop.fd(), .events = POLLIN, .revents = 0};
    ExitStatus status = ExitStatus::agree;
    do {
        status = look(*selection, output, true);
    } while (status == ExitStatus::agree && ::poll(&waiting, 1, options.interval) == 0);
    return status;
}

} // namespace

void add_who(CLI::App& program, Work& chosen) {
    auto options = std::make_shared<WhoOptions>();
    CLI::App* const command = program.add_subcommand(
        "who", "Show the dma-bufs of the system and the processes that hold them");
    command->add_option("what", options->what,
                        "Only these: an open FD of a dma-buf, a PID, a part of a buffer's NAME, or "
                        "inode:NUMBER");
    command->add_flag("--watch", options->watch,
                      "Show them again whenever they change, until Ctrl-C");
    command
        ->add_option("--interval", options->interval,
                     "Milliseconds between two readings of --watch")
        ->check(CLI::Range(1, 3'600'000))
        ->capture_default_str();
    command->add_flag("--json", options->json,
                      "Print as JSON; with --watch, one value in each line");
    command->footer(
        "Examples:\n"
        "  parallax who                             as root: all; else those of this user\n"
        "  parallax who 4711                        what process 4711 holds\n"
        "  parallax who frame --watch               dma-bufs with this name, until Ctrl-C\n"
        "  parallax who --json | jq '.processes'");
    choose(*command, chosen, [options] { return list_holders(*options); });
}

} // namespace parallax::demo
