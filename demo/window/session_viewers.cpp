// SPDX-License-Identifier: MIT
// What the session does with viewers.
#include "window/session.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <thread>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

/// For what a viewer has yet to answer when everything else is over.
constexpr std::chrono::seconds patience(60);

static_assert(viewer_count == most_viewers);

} // namespace

Panel panel_of(const ViewerProcess& viewer) {
    return viewer_panel(static_cast<std::size_t>(&viewer.kind() - viewer_kinds().data()));
}

/// Shows the memory to all viewers: with decoy memory, a decoy for each.
void Session::show_to_viewers() {
    ++version_; // whatever was read before was other memory
    const SharedImage& image = shared_.image();
    const bool decoy = state_.rule && state_.rule == find_rule(Action::break_decoy);
    for (std::size_t number = 0; number < reads_.size(); ++number) {
        ViewerProcess& viewer = *parts_.viewers[number];
        Read& read = reads_[number];
        read.version.reset();
        if (viewer.alive()) {
            if (decoy) {
                const DmaBuf other = parts_.machine.exporter->allocate(image.buffer().size());
                other.set_name("parallax decoy");
                viewer.show(std::span(&other, 1), image.layout());
            } else {
                viewer.show(std::span(&image.buffer(), 1), image.layout());
            }
        }
        read.rows.assign(image.layout().size() - image.layout().planes[0].offset, std::byte{});
        read.has_panel = viewer.sees();
        read.fresh = true;
    }
}

/// Viewers read while frames go on; only the last frame waits for them. What they read counts as
/// the same moment's as the CPU view if nothing was written since they were asked.
void Session::ask_viewers() {
    for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
        take_answer(viewer);
        const bool doubted = state_.rule || state_.viewers[viewer].different > 0;
        if (reads_[viewer].version != version_ || (doubted && looks_again_)) {
            parts_.viewers[viewer]->ask(version_);
        }
    }
    if (is_last_frame()) {
        wait_for_viewers();
    }
}

bool Session::viewers_are_busy() const {
    for (std::size_t viewer = 0; viewer < reads_.size(); ++viewer) {
        if (reads_[viewer].version != version_ && parts_.viewers[viewer]->trouble().empty()) {
            return true;
        }
    }
    return false;
}

bool Session::viewers_differ() const {
    return std::ranges::any_of(state_.viewers,
                               [](const ViewerState& viewer) { return viewer.different > 0; });
}

bool Session::viewers_are_fresh() const {
    return std::ranges::any_of(reads_, &Read::fresh);
}

/// What the viewer has to say, if it has answered.
void Session::take_answer(std::size_t number) {
    ViewerProcess& viewer = *parts_.viewers[number];
    Read& read = reads_[number];
    if (const auto version = viewer.answer()) {
        std::ranges::copy(viewer.rows(), read.rows.begin());
        read.version = version;
        read.fresh = true;
    }
    std::string& trouble = state_.viewers[number].trouble;
    if (read.has_panel != viewer.sees() || trouble != viewer.trouble()) {
        read.has_panel = viewer.sees();
        trouble = viewer.trouble();
        hud_due_ = true;
        mark_unsteady();
    }
}

/// Until all have read what the CPU sees now, or have said that they do not, or the window closes.
void Session::wait_for_viewers() {
    const auto end = Clock::now() + patience;
    const auto has_answered = [this](std::size_t number) {
        return reads_[number].version == version_ || !parts_.viewers[number]->trouble().empty();
    };
    for (std::size_t number = 0; number < reads_.size(); ++number) {
        while (!has_answered(number) && Clock::now() < end && !parts_.window.should_close()) {
            parts_.window.poll();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            take_answer(number);
            parts_.viewers[number]->ask(version_);
        }
    }
}

} // namespace parallax::demo
