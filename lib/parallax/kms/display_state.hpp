// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/kms/framebuffer.hpp"
#include "parallax/kms/properties.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace parallax::kms {

/// A connector, CRTC or plane, and its properties at the time of asking.
struct ObjectState {
    std::uint32_t id = 0;   ///< DRM's object id
    std::uint32_t type = 0; ///< DRM_MODE_OBJECT_CONNECTOR, _CRTC or _PLANE
    std::string name;       ///< for messages: "HDMI-A-1", "CRTC 40", "plane 31"
    Properties properties;  ///< by name, with their values and blobs
};

/// The state of all displays of a card at some time. A value; tests make it up.
struct DisplayState {
    std::vector<ObjectState> objects; ///< every connector, CRTC and plane

    /// Asks the driver, without probing the connectors.
    /// @throws std::system_error with the errno of an ioctl.
    [[nodiscard]] static DisplayState read(const Card& card);

    /// The state of an object; null when there is no such object.
    [[nodiscard]] const ObjectState* find(std::uint32_t object) const;
    /// The properties of an object.
    /// @throws std::runtime_error when there is no such object.
    [[nodiscard]] const Properties& properties(std::uint32_t object) const;
    /// The value of a property; 0 if there is no such object or property.
    [[nodiscard]] std::uint64_t value(std::uint32_t object, const std::string& property) const;
};

/// One property that a commit sets.
struct Assignment {
    std::uint32_t object = 0;   ///< DRM's object id
    std::uint32_t property = 0; ///< DRM's object id
    std::uint64_t value = 0;    ///< not used if there is a blob
    /// Content of a blob to create, whose id is the value; null if the value is a number. Borrowed.
    const std::vector<std::byte>* blob = nullptr;
};

/// The assignments of a commit that restores the state @p wanted: the properties that define the
/// picture on a display and differ in @p now. They borrow blobs of @p wanted.
[[nodiscard]] std::vector<Assignment> changes_between(const DisplayState& now,
                                                      const DisplayState& wanted);

/// The same for people: one sentence for each object or property that differs.
[[nodiscard]] Reasons differences_between(const DisplayState& now, const DisplayState& wanted);

/// What all displays of a card showed at some time, to be shown again. A value: it outlives the
/// process that was shown something else, if another process holds it.
class FormerState {
public:
    /// Asks what the displays show now.
    /// @throws std::system_error.
    explicit FormerState(const Card& card) : state_(DisplayState::read(card)) {}

    /// What came of restoring.
    struct Restored {
        bool changed = false;   ///< something had to be restored
        Reasons different = {}; ///< what is not as it was; empty: all is, as the driver says
    };

    /// Restores whatever is different now, on every display, in one commit; then reads it back and
    /// compares.
    [[nodiscard]] Restored restore(const Card& card) const noexcept;

private:
    DisplayState state_;
};

} // namespace parallax::kms
