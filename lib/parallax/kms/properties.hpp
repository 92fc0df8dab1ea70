// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/card.hpp"

#include <cstdint>
#include <map>
#include <string>

namespace parallax::kms {

/// The properties of one DRM object (connector, CRTC, plane) by their names, and their values at
/// the time of asking. A value.
class Properties {
public:
    /// @param type DRM_MODE_OBJECT_PLANE, _CRTC or _CONNECTOR.
    /// @throws std::system_error when the object does not exist.
    Properties(const Card& card, std::uint32_t object, std::uint32_t type);

    /// @throws std::runtime_error when the driver has no such property: its name is in the message.
    [[nodiscard]] std::uint32_t id(const std::string& name) const;
    /// The value at the time of asking.
    /// @throws std::runtime_error as id().
    [[nodiscard]] std::uint64_t value(const std::string& name) const;

private:
    struct Property {
        std::uint32_t id = 0;
        std::uint64_t value = 0;
    };
    [[nodiscard]] const Property& find(const std::string& name) const;

    std::map<std::string, Property> by_name_;
};

} // namespace parallax::kms
