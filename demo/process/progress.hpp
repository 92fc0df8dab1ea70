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

/// How far something is, in one line on a terminal that changes while it lasts and is gone in the
/// end. What is over soon shows nothing, and where no terminal is, nothing is ever written.
///
/// Made after StopSignal, since it has a thread of its own.
class Progress {
public:
    struct Options {
        std::uint64_t all = 0; ///< how many there are to do; 0: nobody knows
        std::chrono::milliseconds soon{2000};
        int fd = STDERR_FILENO; ///< borrowed
    };

    /// @param unit what is counted, in the plural: "frames".
    explicit Progress(std::string unit) : Progress(std::move(unit), Options()) {}
    Progress(std::string unit, const Options& options);
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;
    ~Progress();

    /// So many have been done.
    void done(std::uint64_t count);

private:
    using Clock = std::chrono::steady_clock;

    void show(const std::stop_token& stop);
    [[nodiscard]] std::string line(std::chrono::seconds since) const;

    const std::string unit_;
    const Options options_;
    const Clock::time_point start_ = Clock::now();
    std::mutex mutex_; // of what follows
    std::condition_variable_any wake_;
    std::uint64_t done_ = 0;
    std::jthread thread_; // last: it ends before what it uses
};

} // namespace parallax::demo
