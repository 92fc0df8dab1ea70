// SPDX-License-Identifier: MIT
#include "parallax/kms/screen.hpp"

#include "parallax/kms/atomic_request.hpp"
#include "parallax/kms/handles.hpp"
#include "parallax/kms/plane_colour.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <poll.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace parallax::kms {
namespace {

// Flips are numbered: the event of one that timed out may still arrive while another is waited for,
// or after its Screen has ended.
thread_local std::uint64_t last_asked = 0;
thread_local std::uint64_t last_done = 0;

/// Waits for the event of the last flip.
void wait_for_flip(const Card& card) {
    drmEventContext context{};
    context.version = 2;
    context.page_flip_handler = [](int, unsigned, unsigned, unsigned, void* number) {
        last_done = reinterpret_cast<std::uintptr_t>(number);
    };
    constexpr int too_long = 5000; // ms: hundreds of refreshes
    while (last_done != last_asked) {
        pollfd waiting{.fd = card.fd(), .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waiting, 1, too_long);
        if (ready == 0) {
            errno = ETIMEDOUT;
        }
        if (ready == 0 || (ready < 0 && errno != EINTR)) {
            throw_errno(text::format("{} does not finish a page flip", card.driver()));
        }
        if (ready > 0 && drmHandleEvent(card.fd(), &context) != 0) {
            throw_errno(text::format("{} sends a broken event", card.driver()));
        }
    }
}

/// A property, and the value that leaves a picture unchanged.
struct Neutral {
    const char* name;
    std::uint64_t value;
};

constexpr std::array neutral_crtc{Neutral{"GAMMA_LUT", 0}, Neutral{"DEGAMMA_LUT", 0},
                                  Neutral{"CTM", 0}};
constexpr std::array neutral_plane{Neutral{"rotation", DRM_MODE_ROTATE_0},
                                   Neutral{"alpha", 0xffff}};

} // namespace

std::vector<Assignment> show_whole(const DisplayState& now, const Output& output,
                                   const std::vector<std::byte>& mode, std::uint32_t framebuffer,
                                   const std::optional<YcbcrColour>& colour) {
    std::vector<Assignment> all;
    const auto set = [&](std::uint32_t object, const char* name, std::uint64_t value) {
        all.push_back(
            {.object = object, .property = now.properties(object).id(name), .value = value});
    };
    const auto set_if_there = [&](std::uint32_t object, const Neutral& neutral) {
        const Property* const property = now.properties(object).find(neutral.name);
        if (property != nullptr && property->value != neutral.value) {
            set(object, neutral.name, neutral.value);
        }
    };
    const auto width = std::uint64_t{output.mode.hdisplay};
    const auto height = std::uint64_t{output.mode.vdisplay};
    set(output.connector, "CRTC_ID", output.crtc);
    set(output.crtc, "MODE_ID", 0);
    all.back().blob = &mode;
    set(output.crtc, "ACTIVE", 1);
    for (const Neutral& neutral : neutral_crtc) {
        set_if_there(output.crtc, neutral);
    }
    for (const ObjectState& object : now.objects) {
        if (object.type == DRM_MODE_OBJECT_PLANE && object.id != output.plane &&
            now.value(object.id, "CRTC_ID") == output.crtc) {
            set(object.id, "FB_ID", 0);
            set(object.id, "CRTC_ID", 0);
        }
    }
    set(output.plane, "FB_ID", framebuffer);
    set(output.plane, "CRTC_ID", output.crtc);
    set(output.plane, "CRTC_X", 0);
    set(output.plane, "CRTC_Y", 0);
    set(output.plane, "CRTC_W", width);
    set(output.plane, "CRTC_H", height);
    set(output.plane, "SRC_X", 0);
    set(output.plane, "SRC_Y", 0);
    set(output.plane, "SRC_W", width << 16); // 16.16 fixed point
    set(output.plane, "SRC_H", height << 16);
    for (const Neutral& neutral : neutral_plane) {
        set_if_there(output.plane, neutral);
    }
    if (colour) {
        const auto values = colour_values(now.properties(output.plane), *colour);
        if (!values) {
            throw std::runtime_error(joined(values.error(), "; "));
        }
        for (const auto& [name, value] : *values) {
            set(output.plane, name.c_str(), value);
        }
    }
    return all;
}

void Screen::show(const Framebuffer& framebuffer) {
    const DisplayState now = DisplayState::read(card_);
    std::vector<std::byte> mode(sizeof(output_.mode));
    std::memcpy(mode.data(), &output_.mode, mode.size());
    AtomicRequest(card_, show_whole(now, output_, mode, framebuffer.id(), framebuffer.colour()))
        .commit(DRM_MODE_ATOMIC_ALLOW_MODESET, nullptr, "show a picture");
    framebuffer_property_ = now.properties(output_.plane).id("FB_ID");
}

void Screen::flip_to(const Framebuffer& framebuffer) {
    const std::array change{Assignment{
        .object = output_.plane, .property = framebuffer_property_, .value = framebuffer.id()}};
    auto* const number =
        reinterpret_cast<void*>(++last_asked); // NOLINT(performance-no-int-to-ptr): libdrm's
    AtomicRequest(card_, change)
        .commit(DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK, number,
                "flip to another picture");
    wait_for_flip(card_);
}

} // namespace parallax::kms
