// SPDX-License-Identifier: MIT
#include "parallax/kms/properties.hpp"

#include "parallax/kms/handles.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <cstddef>
#include <cstring>
#include <span>
#include <stdexcept>

namespace parallax::kms {
namespace {

/// The content of a blob property; nothing if it is not a blob, or one that only the driver
/// changes.
std::optional<std::vector<std::byte>>
read_blob(const Card& card, const drmModePropertyRes& property, std::uint64_t value) {
    if ((property.flags & DRM_MODE_PROP_BLOB) == 0 ||
        (property.flags & DRM_MODE_PROP_IMMUTABLE) != 0) {
        return std::nullopt;
    }
    std::vector<std::byte> content;
    const PropertyBlobPtr blob(
        value != 0 ? drmModeGetPropertyBlob(card.fd(), static_cast<std::uint32_t>(value))
                   : nullptr);
    if (blob && blob->length > 0) {
        content.resize(blob->length);
        std::memcpy(content.data(), blob->data, content.size());
    }
    return content;
}

std::map<std::string, std::uint64_t> read_choices(const drmModePropertyRes& property) {
    std::map<std::string, std::uint64_t> choices;
    if ((property.flags & DRM_MODE_PROP_ENUM) != 0) {
        for (const auto& choice :
             std::span(property.enums, static_cast<std::size_t>(property.count_enums))) {
            choices.emplace(choice.name, choice.value);
        }
    }
    return choices;
}

} // namespace

Properties::Properties(const Card& card, std::uint32_t object, std::uint32_t type) {
    const PropertiesPtr properties(drmModeObjectGetProperties(card.fd(), object, type));
    if (!properties) {
        throw_errno(
            text::format("{} does not tell the properties of object {}", card.driver(), object));
    }
    for (std::uint32_t i = 0; i < properties->count_props; ++i) {
        const PropertyPtr property(drmModeGetProperty(card.fd(), properties->props[i]));
        if (property) {
            const std::uint64_t value = properties->prop_values[i];
            by_name_[property->name] = {.id = property->prop_id,
                                        .value = value,
                                        .blob = read_blob(card, *property, value),
                                        .choices = read_choices(*property)};
        }
    }
}

const Property* Properties::find(const std::string& name) const {
    const auto found = by_name_.find(name);
    return found != by_name_.end() ? &found->second : nullptr;
}

std::uint32_t Properties::id(const std::string& name) const {
    return get(name).id;
}

std::uint64_t Properties::value(const std::string& name) const {
    return get(name).value;
}

const Property& Properties::get(const std::string& name) const {
    const Property* const found = find(name);
    if (found == nullptr) {
        throw std::runtime_error(text::format("the display driver has no property {}", name));
    }
    return *found;
}

} // namespace parallax::kms
