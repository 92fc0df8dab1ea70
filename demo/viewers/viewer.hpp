// SPDX-License-Identifier: MIT
#pragma once

#include "machine/machine_options.hpp"
#include "process/stop_signal.hpp"
#include "scanout/screen_camera.hpp"

#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace parallax::demo {

/// Reads shared memory independently of the mapping and the GPU of the requesting process. It lives
/// in a ViewerProcess, where it may block and allocate.
class Viewer {
public:
    Viewer() = default;
    virtual ~Viewer() = default; ///< restores what it has changed
    Viewer(const Viewer&) = delete;
    Viewer& operator=(const Viewer&) = delete;
    Viewer(Viewer&&) = delete;
    Viewer& operator=(Viewer&&) = delete;

    /// Sets the memory to read; releases the former.
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @return nothing, or the reasons why this viewer cannot read this memory here.
    [[nodiscard]] virtual std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                                            const ImageLayout& layout) = 0;

    /// Reads its present content.
    /// @param rows receives it, in the rows_layout() of what this kind of viewer sees.
    /// @return nothing, or the reasons why there is no picture this time.
    [[nodiscard]] virtual std::expected<void, Reasons> read(std::span<std::byte> rows) = 0;
};

/// Options that viewers are opened with.
struct ViewerOptions {
    DeviceOptions device;   ///< for another process's GPU
    ScreenCamera camera;    ///< for the display
    std::string gl_device;  ///< for OpenGL: a DRM node; empty for the driver's own choice
    std::string compositor; ///< the socket of one; empty for that of WAYLAND_DISPLAY
    std::string video;      ///< a memory-to-memory device's node; empty for the first
    bool window = false;    ///< there is a window that the compositor of WAYLAND_DISPLAY may show
};

/// The content that a viewer gives back.
enum class Sight : std::uint8_t {
    memory,    ///< the samples in the memory, at the depth of its format
    picture,   ///< a picture of 8 bits a channel, made of luma and chroma as this project does
    converted, ///< the same, but a driver or compositor converts luma and chroma, and may round
};

/// The layout of what a viewer sees in memory of this layout, in one buffer: the planes of the
/// memory, one behind the other; or for luma and chroma, where it sees a picture, the picture as
/// ABGR8888.
[[nodiscard]] ImageLayout rows_layout(Sight sight, const ImageLayout& layout);

/// One way to read shared memory.
struct ViewerKind {
    std::string_view name;     ///< as given to --views
    std::string_view title;    ///< above its picture
    std::string_view sentence; ///< of its check, for people
    Sight sight;               ///< what it sees
    bool sees_alpha;           ///< its picture has alpha if the memory has
    std::string_view not_live; ///< why it cannot follow a window; empty if it can
    /// Called in the viewer's process.
    /// @param unwanted raised once the picture is no longer wanted; long waits end then.
    std::unique_ptr<Viewer> (*open)(const ViewerOptions& options, Interrupt unwanted);
};

/// The largest difference of a channel, in 8 bits, that a viewer of this kind may make: of luma and
/// chroma by its conversion, of deeper samples by rounding them to 8 bits.
[[nodiscard]] std::uint32_t tolerance_of(const ViewerKind& kind, const ImageLayout& layout);

inline constexpr std::size_t viewer_count = 7;

/// The table, in the order in which pictures stand side by side.
[[nodiscard]] std::span<const ViewerKind, viewer_count> viewer_kinds() noexcept;

// To add a viewer: write it in a new file, then add a row in viewer.cpp.

/// Maps the memory and reads it under SYNC.
[[nodiscard]] std::unique_ptr<Viewer> open_process(const ViewerOptions&, Interrupt);
/// Has `parallax view` import the memory into Vulkan and render it.
[[nodiscard]] std::unique_ptr<Viewer> open_process_import(const ViewerOptions&, Interrupt);
/// Has OpenGL ES import the memory by EGL and draw it.
[[nodiscard]] std::unique_ptr<Viewer> open_gl(const ViewerOptions&, Interrupt);
/// Shows the memory on a display, on a card of which it becomes master, and captures that. The
/// picture must have the size of one of the display's modes.
[[nodiscard]] std::unique_ptr<Viewer> open_display(const ViewerOptions&, Interrupt);
/// Has a Wayland compositor show the memory on a whole output, and take a screenshot of it. The
/// output must be as large as the picture or larger.
[[nodiscard]] std::unique_ptr<Viewer> open_compositor(const ViewerOptions&, Interrupt);
/// Has a device read the memory at its DMA addresses: the test-only module dmabuf_importer.
[[nodiscard]] std::unique_ptr<Viewer> open_device(const ViewerOptions&, Interrupt);
/// Has a memory-to-memory video device read the memory, and reads what it writes in that format.
[[nodiscard]] std::unique_ptr<Viewer> open_video(const ViewerOptions&, Interrupt);

} // namespace parallax::demo
