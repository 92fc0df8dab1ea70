// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/card_answers.hpp"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace parallax::test {

/// A made-up display card: libdrm's answers, built object by object.
class MadeUpCard {
public:
    /// Adds a CRTC that is off.
    std::uint32_t crtc() {
        const std::uint32_t id = next_++;
        answers_.crtcs.push_back(id);
        add(id, DRM_MODE_OBJECT_CRTC, "CRTC " + std::to_string(id),
            {{"ACTIVE", number(0)}, {"MODE_ID", blob("")}, {"GAMMA_LUT", blob("")}});
        return id;
    }

    /// Adds a connector with a monitor that shows nothing yet.
    /// @param possible a bit for each CRTC, in the order of adding.
    std::uint32_t monitor(const std::string& name, std::uint32_t possible) {
        const std::uint32_t id = next_++;
        answers_.connectors.push_back({.id = id,
                                       .name = name,
                                       .connection = DRM_MODE_CONNECTED,
                                       .possible_crtcs = possible,
                                       .modes = {mode(1024, 768, 60), mode(640, 480, 75)}});
        add(id, DRM_MODE_OBJECT_CONNECTOR, name, {{"CRTC_ID", number(0)}});
        return id;
    }

    /// Adds a plane that shows nothing yet.
    std::uint32_t plane(std::uint32_t type, std::uint32_t possible) {
        const std::uint32_t id = next_++;
        answers_.planes.push_back({.id = id, .possible_crtcs = possible, .formats = {type}});
        std::map<std::string, kms::Property> properties{{"type", number(type)},
                                                        {"rotation", number(DRM_MODE_ROTATE_0)}};
        for (const char* const name : {"FB_ID", "CRTC_ID", "CRTC_X", "CRTC_Y", "CRTC_W", "CRTC_H",
                                       "SRC_X", "SRC_Y", "SRC_W", "SRC_H"}) {
            properties.emplace(name, number(0));
        }
        add(id, DRM_MODE_OBJECT_PLANE, "plane " + std::to_string(id), std::move(properties));
        return id;
    }

    /// Lights the connector by the CRTC, which shows a framebuffer on the plane.
    void light(std::uint32_t connector, std::uint32_t crtc, std::uint32_t plane) {
        set(connector, "CRTC_ID", crtc);
        set(crtc, "ACTIVE", 1);
        set_blob(crtc, "MODE_ID", "1024x768");
        set(plane, "CRTC_ID", crtc);
        set(plane, "FB_ID", 1000 + plane);
    }

    void unplug(std::uint32_t connector) {
        for (kms::ConnectorAnswer& answer : answers_.connectors) {
            if (answer.id == connector) {
                answer.connection = DRM_MODE_DISCONNECTED;
                answer.modes.clear();
            }
        }
    }

    void set(std::uint32_t object, const std::string& property, std::uint64_t value) {
        properties_.at(object)[property].value = value;
        renew(object);
    }
    void set_blob(std::uint32_t object, const std::string& property, const char* content) {
        const std::uint32_t id = properties_.at(object)[property].id;
        properties_.at(object)[property] = blob(content);
        properties_.at(object)[property].id = id;
        renew(object);
    }

    void remove(std::uint32_t object) {
        std::erase_if(answers_.state.objects,
                      [object](const kms::ObjectState& state) { return state.id == object; });
    }

    /// Applies a commit.
    void commit(const std::vector<kms::Assignment>& assignments) {
        for (const kms::Assignment& assignment : assignments) {
            for (auto& [name, property] : properties_.at(assignment.object)) {
                if (property.id == assignment.property) {
                    property.value = assignment.blob != nullptr ? next_++ : assignment.value;
                    if (property.blob) {
                        property.blob = assignment.blob != nullptr ? *assignment.blob
                                                                   : std::vector<std::byte>{};
                    }
                }
            }
            renew(assignment.object);
        }
    }

    [[nodiscard]] const kms::CardAnswers& answers() const { return answers_; }
    [[nodiscard]] const kms::DisplayState& state() const { return answers_.state; }

private:
    static drmModeModeInfo mode(std::uint16_t width, std::uint16_t height, std::uint32_t refresh) {
        drmModeModeInfo mode{};
        mode.hdisplay = width;
        mode.vdisplay = height;
        mode.vrefresh = refresh;
        return mode;
    }

    kms::Property number(std::uint64_t value) { return {.id = next_++, .value = value}; }
    kms::Property blob(std::string_view content) {
        const auto source = std::as_bytes(std::span(content));
        std::vector<std::byte> bytes(source.begin(), source.end());
        const std::uint32_t id = next_++;
        return {.id = id, .value = bytes.empty() ? 0 : next_++, .blob = std::move(bytes)};
    }

    void add(std::uint32_t id, std::uint32_t type, const std::string& name,
             std::map<std::string, kms::Property> properties) {
        answers_.state.objects.push_back(
            {.id = id, .type = type, .name = name, .properties = kms::Properties(properties)});
        properties_.emplace(id, std::move(properties));
    }

    void renew(std::uint32_t id) {
        for (kms::ObjectState& object : answers_.state.objects) {
            if (object.id == id) {
                object.properties = kms::Properties(properties_.at(id));
            }
        }
    }

    kms::CardAnswers answers_{
        .driver = "made-up", .connectors = {}, .crtcs = {}, .planes = {}, .state = {}};
    std::map<std::uint32_t, std::map<std::string, kms::Property>> properties_;
    std::uint32_t next_ = 30; // ids of objects, properties and blobs
};

} // namespace parallax::test
