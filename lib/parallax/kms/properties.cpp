// SPDX-License-Identifier: MIT
#include "parallax/kms/properties.hpp"

#include "parallax/kms/handles.hpp"

#include <format>
#include <stdexcept>

namespace parallax::kms {

Properties::Properties(const Card& card, std::uint32_t object, std::uint32_t type) {
    const PropertiesPtr properties(drmModeObjectGetProperties(card.fd(), object, type));
    if (!properties) {
        throw_errno(
            std::format("{} does not tell the properties of object {}", card.driver(), object));
    }
    for (std::uint32_t i = 0; i < properties->count_props; ++i) {
        const PropertyPtr property(drmModeGetProperty(card.fd(), properties->props[i]));
        if (property) {
            by_name_[property->name] = {.id = property->prop_id,
                                        .value = properties->prop_values[i]};
        }
    }
}

std::uint32_t Properties::id(const std::string& name) const {
    return find(name).id;
}

std::uint64_t Properties::value(const std::string& name) const {
    return find(name).value;
}

const Properties::Property& Properties::find(const std::string& name) const {
    const auto found = by_name_.find(name);
    if (found == by_name_.end()) {
        throw std::runtime_error(std::format("the display driver has no property {}", name));
    }
    return found->second;
}

} // namespace parallax::kms
