// SPDX-License-Identifier: MIT
#include "viewers/late_writer.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/system_call.hpp"
#include "viewers/mistake.hpp"

#include <drm/drm.h>
#include <drm/vgem_drm.h>
#include <fcntl.h>
#include <sys/ioctl.h>

#include <array>
#include <filesystem>
#include <string_view>
#include <system_error>
#include <utility>

namespace parallax::demo {
namespace {

/// An open file of vgem's; none if there is no card of it.
UniqueFd open_vgem() {
    std::error_code none; // without /dev/dri there is no card
    for (const auto& entry : std::filesystem::directory_iterator("/dev/dri", none)) {
        UniqueFd card(::open(entry.path().c_str(), O_RDWR | O_CLOEXEC));
        std::array<char, 8> name{};
        drm_version version{};
        version.name = name.data();
        version.name_len = name.size() - 1;
        if (card && retry_ioctl(card.get(), DRM_IOCTL_VERSION, &version) == 0 &&
            std::string_view(name.data()) == "vgem") {
            return card;
        }
    }
    return {};
}

} // namespace

std::expected<LateWriter, std::string> LateWriter::open(const DmaBuf& buffer) {
    UniqueFd card = open_vgem();
    if (!card) {
        return std::unexpected("no device whose fences a program signals: modprobe vgem");
    }
    drm_prime_handle prime{.handle = 0, .flags = 0, .fd = buffer.fd()};
    if (retry_ioctl(card.get(), DRM_IOCTL_PRIME_FD_TO_HANDLE, &prime) != 0) {
        throw_errno("vgem cannot import the memory");
    }
    drm_vgem_fence_attach attach{
        .handle = prime.handle, .flags = VGEM_FENCE_WRITE, .out_fence = 0, .pad = 0};
    if (retry_ioctl(card.get(), DRM_IOCTL_VGEM_FENCE_ATTACH, &attach) != 0) {
        throw_errno("vgem cannot attach a fence to the memory");
    }
    return LateWriter(std::move(card), map_without_sync(buffer), attach.out_fence);
}

LateWriter::LateWriter(LateWriter&& other) noexcept
    : card_(std::move(other.card_)),
      bytes_(std::move(other.bytes_)),
      fence_(std::exchange(other.fence_, 0)) {}

LateWriter::~LateWriter() {
    signal();
}

void LateWriter::write(const Picture& picture, const ImageLayout& layout) {
    write_pixels(picture, layout, bytes_.get());
    signal();
}

void LateWriter::signal() noexcept {
    if (fence_ != 0) {
        drm_vgem_fence_signal done{.fence = fence_, .flags = 0};
        retry_ioctl(card_.get(), DRM_IOCTL_VGEM_FENCE_SIGNAL, &done); // ETIMEDOUT: it was too late
        fence_ = 0;
    }
}

} // namespace parallax::demo
