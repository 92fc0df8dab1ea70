// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/kms/framebuffer.hpp"

#include <cstdint>
#include <expected>

namespace parallax::kms {

/// The part of a display controller that writes what it shows into memory: a writeback connector.
/// The Card must outlive it, and be master.
class Writeback {
public:
    /// Finds one for a CRTC, which must show something then.
    /// @return it, or the reasons why the driver has none that writes XRGB8888.
    /// @throws std::system_error with the errno of an ioctl.
    [[nodiscard]] static std::expected<Writeback, Reasons> find(const Card& card,
                                                                std::uint32_t crtc);

    /// Writes the next frame into memory, and waits for that.
    /// @param target of the size of the CRTC's mode, XRGB8888.
    /// @throws std::system_error when the driver refuses, or has not written it in time.
    void capture(const Framebuffer& target) const;

private:
    Writeback(const Card& card, std::uint32_t crtc, std::uint32_t connector)
        : card_(card),
          crtc_(crtc),
          connector_(connector) {}

    const Card& card_;
    std::uint32_t crtc_;
    std::uint32_t connector_;
};

} // namespace parallax::kms
