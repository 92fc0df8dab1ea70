// SPDX-License-Identifier: MIT
#include "report/progress.hpp"

#include "parallax/text.hpp"

#include <algorithm>
#include <utility>

namespace parallax::demo {
namespace {

constexpr std::uint64_t bar_width = 20;
constexpr std::chrono::milliseconds between{200};

/// Overwrites the line. Errors of the terminal are ignored.
void write_line(int fd, const std::string& text) {
    const std::string over = "\r" + text + "\x1b[K\r";
    static_cast<void>(!::write(fd, over.data(), over.size()));
}

} // namespace

Progress::Progress(std::string unit, const Options& options)
    : unit_(std::move(unit)),
      options_(options) {
    if (::isatty(options.fd) != 0) {
        thread_ = std::jthread([this](const std::stop_token& stop) { show(stop); });
    }
}

Progress::~Progress() = default;

void Progress::done(std::uint64_t count) {
    const std::scoped_lock lock(mutex_);
    done_ = count;
}

void Progress::show(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto stopped = [&stop] { return stop.stop_requested(); };
    if (wake_.wait_until(lock, stop, options_.start + options_.soon, stopped)) {
        return;
    }
    do {
        write_line(options_.fd, line(std::chrono::duration_cast<std::chrono::seconds>(
                                    Clock::now() - options_.start)));
    } while (!wake_.wait_for(lock, stop, between, stopped));
    write_line(options_.fd, "");
}

std::string Progress::line(std::chrono::seconds since) const {
    if (options_.all == 0) {
        return text::format("{} {}, {} ...", done_, unit_, since);
    }
    const std::uint64_t full = std::min(done_, options_.all) * bar_width / options_.all;
    return text::format("[{}{}] {} of {} {}, {} ...", std::string(full, '#'),
                        std::string(bar_width - full, '-'), done_, options_.all, unit_, since);
}

} // namespace parallax::demo
