// SPDX-License-Identifier: MIT
#pragma once

#include "window/brush.hpp"
#include "window/rules.hpp"

#include "offscreen/damage.hpp"
#include "offscreen/shared_image.hpp"
#include "parallax/dmabuf/exporter.hpp"
#include "parallax/image/picture.hpp"

#include <chrono>
#include <cstddef>
#include <expected>
#include <optional>
#include <span>

namespace parallax::demo {

/// Time that the CPU spent on the shared memory, since it was last asked.
struct AccessTimes {
    using Duration = std::chrono::steady_clock::duration;
    Duration access{}; ///< reading and writing bytes
    Duration sync{};   ///< DMA_BUF_IOCTL_SYNC
};

/// The CPU's side of the shared memory: everything that it writes and reads goes through here, in
/// the mapping and under SYNC, unless that rule is broken. The caller sees to it that the GPU is
/// not writing the memory, nor reading what is about to be written.
///
/// Owns the shared image. No function allocates but create() and break_rule().
class SharedBuffer {
public:
    /// @return the buffer with the picture in it, or why this device cannot import it.
    [[nodiscard]] static std::expected<SharedBuffer, Reasons>
    create(const Context& context, Exporter& exporter, const SharedImage::Options& options,
           const Picture& picture);

    /// Makes the shared image anew with one rule broken, or with none, and keeps its content.
    /// @param rule a place in rules().
    /// @return the refusal of driver or exporter; then everything stays as it was.
    [[nodiscard]] std::expected<void, Reasons>
    break_rule(const Context& context, Exporter& exporter, std::optional<std::size_t> rule);

    [[nodiscard]] SharedImage& image() noexcept { return image_; }
    [[nodiscard]] const SharedImage& image() const noexcept { return image_; }
    /// Why better methods of import would not do. With a rule broken, one method alone is tried.
    [[nodiscard]] const Reasons& refused() const noexcept { return refused_; }
    [[nodiscard]] std::optional<std::size_t> broken_rule() const noexcept { return rule_; }

    /// The CPU can draw, since the fd and so the mapping allow it.
    [[nodiscard]] bool writable() const noexcept { return image_.drawn().writable(); }

    // What the CPU can write. Without effect where the memory is not writable().
    void draw(std::span<const BrushStroke> strokes);
    void clear();
    void reload();                     ///< the picture that was last opened
    void open(const Picture& picture); ///< scaled to fit; reload() brings it back
    void animate(std::uint64_t step);  ///< one frame of a moving test pattern

    /// Reads parts of the CPU view as they lie in memory.
    /// @param rows of the whole picture, layout().planes[0].stride bytes each; receives the parts.
    void copy_rows(std::span<std::byte> rows, const Damage& parts);

    /// The time spent since the last call.
    [[nodiscard]] AccessTimes take_times() noexcept { return std::exchange(times_, {}); }

private:
    SharedBuffer(SharedImage image, SharedImage::Options options, const Picture& picture);

    template <Protection access, typename Use>
    void use(Use use_bytes);

    SharedImage image_;
    Reasons refused_;
    SharedImage::Options options_; // without a broken rule
    std::optional<std::size_t> rule_;
    std::optional<MappedBytes> unsynced_; // where that rule leaves SYNC out
    Picture picture_;                     // for reload()
    Picture scratch_; // what is about to be written; kept, so that frames allocate nothing
    AccessTimes times_;
};

} // namespace parallax::demo
