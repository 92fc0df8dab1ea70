// SPDX-License-Identifier: MIT
#pragma once

#include "exporters/gbm_device.hpp"
#include "parallax/dmabuf/dma_buf.hpp"
#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/error.hpp"
#include "parallax/image/layout.hpp"

#define EGL_NO_X11 // whose headers are full of macros
#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <expected>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace parallax::demo {

/// Dma-bufs as EGL imported them. Owned; the driver holds a reference of its own to the memory.
class EglImage {
public:
    EglImage(EGLDisplay display, EGLImage image) noexcept : display_(display), image_(image) {}
    EglImage(const EglImage&) = delete;
    EglImage& operator=(const EglImage&) = delete;
    EglImage(EglImage&&) = delete;
    EglImage& operator=(EglImage&&) = delete;
    ~EglImage() { ::eglDestroyImage(display_, image_); }

    [[nodiscard]] EGLImage get() const noexcept { return image_; }

private:
    EGLDisplay display_;
    EGLImage image_;
};

/// An OpenGL ES context without a window, current in this thread.
class EglDevice {
public:
    /// @param wish a DRM node, for its GBM device; empty for EGL's own choice, without a surface
    /// (EGL_MESA_platform_surfaceless).
    /// @return the device, or the reasons why this machine has none.
    [[nodiscard]] static std::expected<std::unique_ptr<EglDevice>, Reasons>
    open(const std::string& wish);

    EglDevice(const EglDevice&) = delete;
    EglDevice& operator=(const EglDevice&) = delete;
    EglDevice(EglDevice&&) = delete;
    EglDevice& operator=(EglDevice&&) = delete;
    ~EglDevice();

    /// Imports dma-bufs as one image, with their modifier where the driver takes modifiers, and
    /// with the meaning of luma and chroma.
    /// @param buffers in the order of PlaneLayout::buffer.
    /// @return the image, or the reasons why the driver does not take this memory.
    [[nodiscard]] std::expected<std::unique_ptr<EglImage>, Reasons>
    import(std::span<const DmaBuf> buffers, const ImageLayout& layout) const;

private:
    EglDevice() = default;
    [[nodiscard]] Reasons start();
    [[nodiscard]] bool has(std::string_view extension) const;

    UniqueFd node_;
    OwnedGbmDevice gbm_;
    EGLDisplay display_ = EGL_NO_DISPLAY;
    EGLContext context_ = EGL_NO_CONTEXT;
};

} // namespace parallax::demo
