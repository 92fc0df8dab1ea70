// SPDX-License-Identifier: MIT
#pragma once

#include "window/event.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {

/// An event and the frame before which it happens; the first frame is 0.
struct TimedEvent {
    std::uint64_t frame = 0;
    Event event;

    bool operator==(const TimedEvent&) const = default;
};

/// Timed inputs in the order of their frames, one a line in a file:
///
///     FRAME draw X,Y to X,Y [over N]   a stroke of the brush, in pixels of the picture; over N
///                                      frames instead of one
///     FRAME point X,Y                  where the microscope looks
///     FRAME pointer X,Y [down|up]      the pointer moves there, in units of the window; then its
///                                      left button goes down or up
///     FRAME colour #RRGGBB             the brush's
///     FRAME size RADIUS                the brush's, in pixels of the picture
///     FRAME press KEY                  a key of the keyboard help: press space
///     FRAME orbit RIGHT,UP             the camera, degrees
///     FRAME zoom FACTOR                the camera
///     FRAME resize WIDTHxHEIGHT        the window
///     FRAME open FILE                  as if dropped on the window
///     FRAME screenshot FILE            what the window shows, as PNG
///     FRAME lose device|surface        act as if it were lost
///     FRAME lose process|display       kill the process that looks from there
///
/// Lines that are empty or begin with # say nothing. Lines may stand in any order. Numbers are
/// finite, up to a million, frames up to a million millions; a script makes a million events at
/// most.
class Script {
public:
    Script() = default;

    /// @param name stands for the text in messages: "NAME:LINE: what is wrong; what is accepted".
    /// @throws std::invalid_argument for the first line that cannot be understood.
    [[nodiscard]] static Script parse(std::string_view text, const std::string& name);

    /// Adds an event after those of the same frame.
    void add(TimedEvent event);

    [[nodiscard]] std::span<const TimedEvent> events() const noexcept { return events_; }

private:
    std::vector<TimedEvent> events_;
};

} // namespace parallax::demo
