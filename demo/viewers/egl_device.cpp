// SPDX-License-Identifier: MIT
#include "viewers/egl_device.hpp"

#include "exporters/drm_node.hpp"
#include "parallax/printable.hpp"
#include "parallax/system_call.hpp"
#include "parallax/text.hpp"

#include <drm_fourcc.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <ranges>
#include <vector>

namespace parallax::demo {
namespace {

/// True if a word is in a list that spaces separate.
bool contains_word(const char* list, std::string_view word) {
    return list != nullptr &&
           std::ranges::any_of(std::string_view(list) | std::views::split(' '),
                               [&](auto each) { return std::string_view(each) == word; });
}

/// The name of the last error of EGL.
std::string egl_error() {
    switch (const EGLint code = ::eglGetError()) {
    case EGL_NOT_INITIALIZED:
        return "EGL_NOT_INITIALIZED";
    case EGL_BAD_ACCESS:
        return "EGL_BAD_ACCESS";
    case EGL_BAD_ALLOC:
        return "EGL_BAD_ALLOC";
    case EGL_BAD_ATTRIBUTE:
        return "EGL_BAD_ATTRIBUTE";
    case EGL_BAD_MATCH:
        return "EGL_BAD_MATCH";
    case EGL_BAD_PARAMETER:
        return "EGL_BAD_PARAMETER";
    default:
        return text::format("error {:#x}", code);
    }
}

/// The attributes of one plane, in the order of the planes.
struct PlaneNames {
    EGLAttrib fd;
    EGLAttrib offset;
    EGLAttrib pitch;
    EGLAttrib modifier_low;
    EGLAttrib modifier_high;
};

constexpr std::array plane_names{
    PlaneNames{EGL_DMA_BUF_PLANE0_FD_EXT, EGL_DMA_BUF_PLANE0_OFFSET_EXT,
               EGL_DMA_BUF_PLANE0_PITCH_EXT, EGL_DMA_BUF_PLANE0_MODIFIER_LO_EXT,
               EGL_DMA_BUF_PLANE0_MODIFIER_HI_EXT},
    PlaneNames{EGL_DMA_BUF_PLANE1_FD_EXT, EGL_DMA_BUF_PLANE1_OFFSET_EXT,
               EGL_DMA_BUF_PLANE1_PITCH_EXT, EGL_DMA_BUF_PLANE1_MODIFIER_LO_EXT,
               EGL_DMA_BUF_PLANE1_MODIFIER_HI_EXT},
    PlaneNames{EGL_DMA_BUF_PLANE2_FD_EXT, EGL_DMA_BUF_PLANE2_OFFSET_EXT,
               EGL_DMA_BUF_PLANE2_PITCH_EXT, EGL_DMA_BUF_PLANE2_MODIFIER_LO_EXT,
               EGL_DMA_BUF_PLANE2_MODIFIER_HI_EXT},
};

/// The meaning of luma and chroma, as hints for the driver. There is none for chroma at the upper
/// left: it is at the left and at the top, each by itself.
std::vector<EGLAttrib> colour_hints(const ImageLayout& layout) {
    constexpr std::array encodings{EGL_ITU_REC601_EXT, EGL_ITU_REC709_EXT, EGL_ITU_REC2020_EXT};
    const bool full = layout.range == YcbcrRange::full;
    const auto siting = [](bool half) {
        return half ? EGL_YUV_CHROMA_SITING_0_5_EXT : EGL_YUV_CHROMA_SITING_0_EXT;
    };
    return {EGL_YUV_COLOR_SPACE_HINT_EXT,
            encodings.at(static_cast<std::size_t>(layout.encoding)),
            EGL_SAMPLE_RANGE_HINT_EXT,
            full ? EGL_YUV_FULL_RANGE_EXT : EGL_YUV_NARROW_RANGE_EXT,
            EGL_YUV_CHROMA_HORIZONTAL_SITING_HINT_EXT,
            siting(layout.siting == ChromaSiting::center),
            EGL_YUV_CHROMA_VERTICAL_SITING_HINT_EXT,
            siting(layout.siting != ChromaSiting::top_left)};
}

/// What a driver says of a format.
enum class Answer : std::uint8_t { unknown, refused, without_modifier, with_modifier };

/// Asks the driver for its formats and modifiers.
Answer ask(EGLDisplay display, const ImageLayout& layout) {
    const auto query_formats = reinterpret_cast<PFNEGLQUERYDMABUFFORMATSEXTPROC>(
        ::eglGetProcAddress("eglQueryDmaBufFormatsEXT"));
    const auto query_modifiers = reinterpret_cast<PFNEGLQUERYDMABUFMODIFIERSEXTPROC>(
        ::eglGetProcAddress("eglQueryDmaBufModifiersEXT"));
    EGLint count = 0;
    if (query_formats == nullptr || query_modifiers == nullptr ||
        query_formats(display, 0, nullptr, &count) != EGL_TRUE) {
        return Answer::unknown;
    }
    std::vector<EGLint> formats(static_cast<std::size_t>(count));
    query_formats(display, count, formats.data(), &count);
    const auto fourcc = static_cast<EGLint>(layout.fourcc);
    if (!std::ranges::contains(formats, fourcc)) {
        return Answer::refused;
    }
    if (query_modifiers(display, fourcc, 0, nullptr, nullptr, &count) != EGL_TRUE) {
        return Answer::without_modifier;
    }
    std::vector<EGLuint64KHR> modifiers(static_cast<std::size_t>(count));
    query_modifiers(display, fourcc, count, modifiers.data(), nullptr, &count);
    return std::ranges::contains(modifiers, layout.modifier) ? Answer::with_modifier
                                                             : Answer::without_modifier;
}

} // namespace

std::expected<std::unique_ptr<EglDevice>, Reasons> EglDevice::open(const std::string& wish) {
    std::unique_ptr<EglDevice> device(new EglDevice);
    const char* const platforms = ::eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS);
    if (!wish.empty()) {
        device->node_ = open_for_memory(wish);
        if (!device->node_) {
            return std::unexpected(Reasons{cannot_open(printable(wish))});
        }
        // GBM takes any file, and draws without a device then.
        if (drm_driver(device->node_.get()).empty()) {
            return std::unexpected(Reasons{text::format("{} is no DRM device", printable(wish))});
        }
        device->gbm_ = create_gbm_device(device->node_.get());
        if (device->gbm_ == nullptr) {
            return std::unexpected(
                Reasons{text::format("GBM makes no device of {}", printable(wish))});
        }
        device->display_ =
            ::eglGetPlatformDisplay(EGL_PLATFORM_GBM_KHR, device->gbm_.get(), nullptr);
    } else if (contains_word(platforms, "EGL_MESA_platform_surfaceless")) {
        device->display_ =
            ::eglGetPlatformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr);
    } else {
        return std::unexpected(Reasons{"EGL has no platform without a surface here "
                                       "(EGL_MESA_platform_surfaceless); name a DRM node by "
                                       "--gl-device, as in /dev/dri/renderD128"});
    }
    if (Reasons reasons = device->start(); !reasons.empty()) {
        return std::unexpected(std::move(reasons));
    }
    return device;
}

EglDevice::~EglDevice() {
    if (display_ != EGL_NO_DISPLAY) {
        ::eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
        ::eglTerminate(display_); // and the context
    }
}

bool EglDevice::has(std::string_view extension) const {
    return contains_word(::eglQueryString(display_, EGL_EXTENSIONS), extension);
}

/// Makes the context. @return why there is none; nothing if there is one.
Reasons EglDevice::start() {
    EGLint major = 0;
    EGLint minor = 0;
    if (display_ == EGL_NO_DISPLAY || ::eglInitialize(display_, &major, &minor) != EGL_TRUE) {
        return {text::format("EGL finds no driver: {}", egl_error())};
    }
    if (major == 1 && minor < 5) { // of which the images are
        return {text::format("EGL 1.5 is needed; this driver has {}.{}", major, minor)};
    }
    Reasons missing;
    for (const char* extension : {"EGL_EXT_image_dma_buf_import", "EGL_KHR_surfaceless_context",
                                  "EGL_KHR_no_config_context"}) {
        if (!has(extension)) {
            missing.push_back(text::format("the OpenGL driver ({}) has no {}",
                                           ::eglQueryString(display_, EGL_VENDOR), extension));
        }
    }
    if (!missing.empty()) {
        return missing;
    }
    constexpr std::array<EGLint, 3> version{EGL_CONTEXT_MAJOR_VERSION, 2, EGL_NONE};
    if (::eglBindAPI(EGL_OPENGL_ES_API) == EGL_TRUE) {
        context_ = ::eglCreateContext(display_, EGL_NO_CONFIG_KHR, EGL_NO_CONTEXT, version.data());
    }
    if (context_ == EGL_NO_CONTEXT ||
        ::eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, context_) != EGL_TRUE) {
        return {text::format("the driver makes no context of OpenGL ES 2: {}", egl_error())};
    }
    return {};
}

std::expected<std::unique_ptr<EglImage>, Reasons>
EglDevice::import(std::span<const DmaBuf> buffers, const ImageLayout& layout) const {
    const Format& format = layout.format();
    const Answer answer =
        has("EGL_EXT_image_dma_buf_import_modifiers") ? ask(display_, layout) : Answer::unknown;
    if (answer == Answer::refused) {
        return std::unexpected(
            Reasons{text::format("the OpenGL driver does not import {}", format.name)});
    }
    std::vector<EGLAttrib> attributes{EGL_WIDTH,
                                      layout.extent.width,
                                      EGL_HEIGHT,
                                      layout.extent.height,
                                      EGL_LINUX_DRM_FOURCC_EXT,
                                      layout.fourcc};
    if (format.is_ycbcr) {
        const std::vector<EGLAttrib> hints = colour_hints(layout);
        attributes.insert(attributes.end(), hints.begin(), hints.end());
    }
    for (std::size_t plane = 0; plane < format.plane_count; ++plane) {
        const PlaneNames& names = plane_names.at(plane);
        const PlaneLayout& place = layout.planes.at(plane);
        if (place.offset > INT32_MAX || place.stride > INT32_MAX) {
            return std::unexpected(Reasons{text::format(
                "stride {} and offset {} of an image have 32 bits, in every OpenGL driver",
                place.stride, place.offset)});
        }
        attributes.insert(attributes.end(), {names.fd, buffers[place.buffer].fd(), names.offset,
                                             static_cast<EGLAttrib>(place.offset), names.pitch,
                                             static_cast<EGLAttrib>(place.stride)});
        if (answer == Answer::with_modifier) {
            attributes.insert(attributes.end(),
                              {names.modifier_low,
                               static_cast<EGLAttrib>(layout.modifier & 0xffff'ffff),
                               names.modifier_high, static_cast<EGLAttrib>(layout.modifier >> 32)});
        }
    }
    attributes.push_back(EGL_NONE);
    EGLImage const image = ::eglCreateImage(display_, EGL_NO_CONTEXT, EGL_LINUX_DMA_BUF_EXT,
                                            nullptr, attributes.data());
    if (image == EGL_NO_IMAGE) {
        return std::unexpected(
            Reasons{text::format("the OpenGL driver refuses the import of {} with a stride of {} "
                                 "bytes: {}",
                                 format.name, layout.planes[0].stride, egl_error())});
    }
    return std::make_unique<EglImage>(display_, image);
}

} // namespace parallax::demo
