// SPDX-License-Identifier: MIT
#pragma once

#include <unistd.h>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>

namespace parallax::demo {

/// Shows the progress of an operation in one line on a terminal, and erases it at the end. Shows
/// nothing for short operations, and writes nothing without a terminal.
///
/// Created after StopSignal, since it starts a thread.
class Progress {
public:
    using Clock = std::chrono::steady_clock;

    struct Options {
        std::uint64_t all = 0;                  ///< their number; 0: unknown
        std::chrono::milliseconds soon{2000};   ///< after the start; shows nothing before
        int fd = STDERR_FILENO;                 ///< borrowed
        Clock::time_point start = Clock::now(); ///< of the operation
    };

    /// @param unit name of the counted things, in the plural: "frames".
    explicit Progress(std::string unit) : Progress(std::move(unit), Options()) {}
    Progress(std::string unit, const Options& options);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// @param count number of things done so far.
    void done(std::uint64_t count);

private:
    void show(const std::stop_token& stop);
    [[nodiscard]] std::string line(std::chrono::seconds since) const;

    const std::string unit_;
    const Options options_;
    std::mutex mutex_; // of what follows
    std::condition_variable_any wake_;
    std::uint64_t done_ = 0;
    std::jthread thread_; // last: it ends before what it uses
};

} // namespace parallax::demo
