// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/kms/display_state.hpp"
#include "parallax/kms/framebuffer.hpp"
#include "parallax/kms/handles.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace parallax::kms {

/// Data in the kernel that a property can refer to. Owned; a committed state keeps it alive. The
/// Card must outlive it.
class PropertyBlob {
public:
    /// @throws std::system_error with the errno of an ioctl.
    PropertyBlob(const Card& card, std::span<const std::byte> content);
    PropertyBlob(PropertyBlob&& other) noexcept;
    PropertyBlob& operator=(PropertyBlob&&) = delete;
    PropertyBlob(const PropertyBlob&) = delete;
    PropertyBlob& operator=(const PropertyBlob&) = delete;
    ~PropertyBlob();

    /// DRM's object id.
    [[nodiscard]] std::uint32_t id() const noexcept { return id_; }

private:
    const Card* card_; // borrowed
    std::uint32_t id_ = 0;
};

/// A change of properties that succeeds or fails as a whole. The Card must outlive it.
class AtomicRequest {
public:
    /// @throws std::system_error when a blob cannot be made.
    AtomicRequest(const Card& card, std::span<const Assignment> assignments);

    /// @param flags DRM_MODE_ATOMIC_..., DRM_MODE_PAGE_FLIP_...
    /// @param user_data of the flip's event
    /// @param what its purpose, for the message
    /// @throws std::system_error when the driver refuses.
    void commit(std::uint32_t flags, void* user_data, const char* what);

private:
    const Card& card_;
    AtomicPtr request_;
    std::vector<PropertyBlob> blobs_;
};

} // namespace parallax::kms
