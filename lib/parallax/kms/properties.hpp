// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/framebuffer.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace parallax::kms {

/// One property of a DRM object, with its value at the time of asking. A value.
struct Property {
    std::uint32_t id = 0;    ///< DRM's object id of the property
    std::uint64_t value = 0; ///< a number, an object's id, or a blob's id
    /// The content of the blob, empty for none; nothing if the property is not a blob. The id does
    /// not identify it: the blob is freed with its last user, and another may get its id.
    std::optional<std::vector<std::byte>> blob = std::nullopt;
    std::map<std::string, std::uint64_t> choices = {}; ///< the names of an enumeration's values

    /// True if both mean the same: the same content of a blob, else the same value.
    [[nodiscard]] bool means_the_same_as(const Property& other) const {
        return blob && other.blob ? *blob == *other.blob : value == other.value;
    }
};

/// The properties of one DRM object (connector, CRTC, plane) by their names, and their values at
/// the time of asking. A value.
class Properties {
public:
    /// Asks the driver.
    /// @param type DRM_MODE_OBJECT_PLANE, _CRTC or _CONNECTOR.
    /// @throws std::system_error when the object does not exist.
    Properties(const Card& card, std::uint32_t object, std::uint32_t type);

    /// Made up, for tests.
    explicit Properties(std::map<std::string, Property> by_name) : by_name_(std::move(by_name)) {}

    /// A property; null when the driver has none of that name.
    [[nodiscard]] const Property* find(const std::string& name) const;
    /// DRM's object id of a property.
    /// @throws std::runtime_error with the name when the driver has no such property.
    [[nodiscard]] std::uint32_t id(const std::string& name) const;
    /// The value at the time of asking.
    /// @throws std::runtime_error as id().
    [[nodiscard]] std::uint64_t value(const std::string& name) const;

private:
    [[nodiscard]] const Property& get(const std::string& name) const;

    std::map<std::string, Property> by_name_;
};

} // namespace parallax::kms
