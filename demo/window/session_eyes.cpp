// SPDX-License-Identifier: MIT
// What the session does with those who look at the memory from elsewhere.
#include "window/session.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

namespace parallax::demo {
namespace {

using Clock = std::chrono::steady_clock;

/// For what an eye has yet to answer when everything else is over.
constexpr std::chrono::seconds patience(60);

} // namespace

/// Gives the memory to all eyes: with decoy memory, a decoy for each.
void Session::hand_over() {
    ++turn_; // whatever was seen before was other memory
    const SharedImage& image = canvas_.image();
    const bool decoy = state_.rule && state_.rule == find_rule(Action::break_decoy);
    for (std::size_t number = 0; number < looks_.size(); ++number) {
        Eye& eye = *parts_.eyes[number];
        Look& look = looks_[number];
        look.turn.reset();
        if (eye.alive()) {
            eye.show(decoy ? parts_.machine.exporter->allocate(image.buffer().size())
                           : DmaBuf(image.buffer().duplicate()),
                     image.layout());
        }
        look.rows.assign(image.layout().size() - image.layout().offset, std::byte{});
        look.has_panel = eye.sees();
    }
}

/// Eyes look while frames go on; nobody waits for them, but where there is no frame after this one.
/// What they saw counts as the same moment's as the CPU view if nothing was written since they were
/// asked.
void Session::look_from_elsewhere(std::size_t slot) {
    for (std::size_t eye = 0; eye < looks_.size(); ++eye) {
        take_look(eye);
        parts_.eyes[eye]->look(turn_);
    }
    if (is_last_frame()) {
        wait_for_eyes();
    }
    for (std::size_t eye = 0; eye < looks_.size(); ++eye) {
        const Look& look = looks_[eye];
        prepared_[slot].looked[eye] = look.has_panel && look.turn == turn_;
        if (look.has_panel) {
            std::ranges::copy(look.rows, views_.upload_beside(eye, slot).begin());
        }
    }
}

/// What the eye has to say, if it has answered.
void Session::take_look(std::size_t number) {
    Eye& eye = *parts_.eyes[number];
    Look& look = looks_[number];
    if (const auto turn = eye.seen()) {
        std::ranges::copy(eye.rows(), look.rows.begin());
        look.turn = turn;
    }
    std::string& trouble = state_.elsewhere[number].trouble;
    if (look.has_panel != eye.sees() || trouble != eye.trouble()) {
        look.has_panel = eye.sees();
        trouble = eye.trouble();
        disturb();
    }
}

/// Until all have seen what the CPU sees now, or have said that they do not, or the window closes.
void Session::wait_for_eyes() {
    const auto end = Clock::now() + patience;
    const auto has_answered = [this](std::size_t number) {
        return looks_[number].turn == turn_ || !parts_.eyes[number]->trouble().empty();
    };
    for (std::size_t number = 0; number < looks_.size(); ++number) {
        while (!has_answered(number) && Clock::now() < end && !parts_.window.should_close()) {
            parts_.window.poll();
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            take_look(number);
            parts_.eyes[number]->look(turn_);
        }
    }
}

} // namespace parallax::demo
