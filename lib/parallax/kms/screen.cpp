// SPDX-License-Identifier: MIT
#include "parallax/kms/screen.hpp"

#include "parallax/error.hpp"
#include "parallax/kms/handles.hpp"

#include <poll.h>

#include <cerrno>
#include <format>

namespace parallax::kms {
namespace {

/// Properties to be changed all at once or not at all.
class AtomicRequest {
public:
    AtomicRequest() : request_(drmModeAtomicAlloc()) {}

    void set(std::uint32_t object, std::uint32_t property, std::uint64_t value) {
        drmModeAtomicAddProperty(request_.get(), object, property, value);
    }

    void commit(const Card& card, std::uint32_t flags, void* user_data, const char* what) {
        int result = 0;
        do {
            result = drmModeAtomicCommit(card.fd(), request_.get(), flags, user_data);
        } while (result == -EINTR || result == -EAGAIN);
        if (result != 0) {
            errno = -result;
            throw_errno(std::format("{} refuses to {}", card.driver(), what));
        }
    }

private:
    AtomicPtr request_;
};

/// Waits for the event of the flip that is under way.
void wait_for_flip(const Card& card, bool& flipped) {
    drmEventContext context{};
    context.version = 2;
    context.page_flip_handler = [](int, unsigned, unsigned, unsigned, void* data) {
        *static_cast<bool*>(data) = true;
    };
    constexpr int too_long = 5000; // ms: hundreds of refreshes
    while (!flipped) {
        pollfd waiting{.fd = card.fd(), .events = POLLIN, .revents = 0};
        const int ready = ::poll(&waiting, 1, too_long);
        if (ready == 0) {
            errno = ETIMEDOUT;
        }
        if (ready == 0 || (ready < 0 && errno != EINTR)) {
            throw_errno(std::format("{} does not finish a page flip", card.driver()));
        }
        if (ready > 0 && drmHandleEvent(card.fd(), &context) != 0) {
            throw_errno(std::format("{} sends a broken event", card.driver()));
        }
    }
}

} // namespace

Screen::Screen(const Card& card, const Output& output)
    : card_(card),
      output_(output),
      connector_(card, output.connector, DRM_MODE_OBJECT_CONNECTOR),
      crtc_(card, output.crtc, DRM_MODE_OBJECT_CRTC),
      plane_(card, output.plane, DRM_MODE_OBJECT_PLANE) {
    const int error =
        drmModeCreatePropertyBlob(card.fd(), &output_.mode, sizeof(output_.mode), &mode_blob_);
    if (error != 0) {
        errno = -error;
        throw_errno(std::format("{} takes no mode", card.driver()));
    }
}

Screen::~Screen() {
    drmModeDestroyPropertyBlob(card_.fd(), mode_blob_);
}

void Screen::show(const Framebuffer& framebuffer) {
    const auto width = std::uint64_t{output_.mode.hdisplay};
    const auto height = std::uint64_t{output_.mode.vdisplay};
    AtomicRequest request;
    request.set(output_.connector, connector_.id("CRTC_ID"), output_.crtc);
    request.set(output_.crtc, crtc_.id("MODE_ID"), mode_blob_);
    request.set(output_.crtc, crtc_.id("ACTIVE"), 1);
    request.set(output_.plane, plane_.id("FB_ID"), framebuffer.id());
    request.set(output_.plane, plane_.id("CRTC_ID"), output_.crtc);
    request.set(output_.plane, plane_.id("CRTC_X"), 0);
    request.set(output_.plane, plane_.id("CRTC_Y"), 0);
    request.set(output_.plane, plane_.id("CRTC_W"), width);
    request.set(output_.plane, plane_.id("CRTC_H"), height);
    request.set(output_.plane, plane_.id("SRC_X"), 0);
    request.set(output_.plane, plane_.id("SRC_Y"), 0);
    request.set(output_.plane, plane_.id("SRC_W"), width << 16); // 16.16 fixed point
    request.set(output_.plane, plane_.id("SRC_H"), height << 16);
    request.commit(card_, DRM_MODE_ATOMIC_ALLOW_MODESET, nullptr, "show a picture");
}

void Screen::flip_to(const Framebuffer& framebuffer) {
    bool flipped = false;
    AtomicRequest request;
    request.set(output_.plane, plane_.id("FB_ID"), framebuffer.id());
    request.commit(card_, DRM_MODE_PAGE_FLIP_EVENT | DRM_MODE_ATOMIC_NONBLOCK, &flipped,
                   "flip to another picture");
    wait_for_flip(card_, flipped);
}

FormerState::FormerState(const Card& card, const Output& output)
    : connector_(output.connector),
      crtc_(output.crtc) {
    const CrtcPtr crtc(drmModeGetCrtc(card.fd(), output.crtc));
    if (crtc && crtc->mode_valid != 0) {
        framebuffer_ = crtc->buffer_id;
        x_ = crtc->x;
        y_ = crtc->y;
        mode_ = crtc->mode;
    }
}

bool FormerState::restore(const Card& card) const noexcept {
    drmModeModeInfo mode = mode_; // libdrm takes no const
    std::uint32_t connector = connector_;
    return framebuffer_ != 0
               ? drmModeSetCrtc(card.fd(), crtc_, framebuffer_, x_, y_, &connector, 1, &mode) == 0
               : drmModeSetCrtc(card.fd(), crtc_, 0, 0, 0, nullptr, 0, nullptr) == 0;
}

} // namespace parallax::kms
