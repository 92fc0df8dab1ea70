// SPDX-License-Identifier: MIT
#pragma once

#include "process/child_process.hpp"
#include "process/stop_signal.hpp"

#include "parallax/dmabuf/unique_fd.hpp"

#include <chrono>
#include <expected>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace parallax::demo {

/// A copy of this process that does some work and reports it line by line. If it crashes or hangs,
/// in a driver for example, this process goes on.
///
/// Owns the other process, which the destructor kills; it also ends with this one.
class ReportingProcess {
public:
    using Clock = std::chrono::steady_clock;
    /// Sends a line, which has no line feed in it.
    using Send = std::function<void(std::string_view line)>;

    /// Why there is no line.
    enum class End {
        done,        ///< the work is done
        died,        ///< the process ended in another way, see trouble()
        late,        ///< there is none in time
        interrupted, ///< what was waited for, too, happened
    };

    /// Starts it; to be called while this process has one thread.
    /// @param work done in the other process; its exception ends that, with a sentence on stderr.
    /// @throws std::system_error when the process cannot be created.
    explicit ReportingProcess(const std::function<void(const Send&)>& work);
    ReportingProcess(const ReportingProcess&) = delete;
    ReportingProcess& operator=(const ReportingProcess&) = delete;
    ReportingProcess(ReportingProcess&&) = delete;
    ReportingProcess& operator=(ReportingProcess&&) = delete;
    ~ReportingProcess();

    /// Waits for the next line.
    [[nodiscard]] std::expected<std::string, End> next(Clock::time_point until, Interrupt unwanted);

    /// How it died: "was ended by signal 11 (Segmentation fault)".
    [[nodiscard]] std::string trouble() const;

private:
    [[nodiscard]] std::optional<std::string> take_line();
    [[nodiscard]] End ending(Clock::time_point until);

    std::optional<ChildProcess> process_; // set by the constructor
    UniqueFd lines_;
    std::string received_; // what follows the last line that was taken
};

} // namespace parallax::demo
