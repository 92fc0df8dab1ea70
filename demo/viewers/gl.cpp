// SPDX-License-Identifier: MIT
#include "viewers/egl_device.hpp"
#include "viewers/viewer.hpp"

#include "parallax/image/pixels.hpp"
#include "parallax/text.hpp"

// The core and its extensions.
#include <GLES2/gl2.h>
#include <GLES2/gl2ext.h>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace parallax::demo {
namespace {

constexpr const char* vertex_source = R"(
attribute vec2 corner;
void main() { gl_Position = vec4(corner, 0.0, 1.0); }
)";

// A texel for each pixel, at its centre; no filter, so no neighbour has a part.
constexpr const char* fragment_source = R"(
#extension GL_OES_EGL_image_external : require
#ifdef GL_FRAGMENT_PRECISION_HIGH
precision highp float;
#else
precision mediump float;
#endif
uniform samplerExternalOES memory;
uniform vec2 extent;
void main() { gl_FragColor = texture2D(memory, gl_FragCoord.xy / extent); }
)";

/// True if the driver of the current context lists an extension.
bool has_extension(std::string_view name) {
    const auto* const names = reinterpret_cast<const char*>(::glGetString(GL_EXTENSIONS));
    return names != nullptr && text::format(" {} ", names).contains(text::format(" {} ", name));
}

GLuint compiled(GLenum kind, const char* source) {
    const GLuint shader = ::glCreateShader(kind);
    ::glShaderSource(shader, 1, &source, nullptr);
    ::glCompileShader(shader);
    GLint good = GL_FALSE;
    ::glGetShaderiv(shader, GL_COMPILE_STATUS, &good);
    if (good != GL_TRUE) {
        std::array<char, 512> log{};
        ::glGetShaderInfoLog(shader, log.size(), nullptr, log.data());
        throw std::runtime_error(text::format("OpenGL compiles no shader: {}", log.data()));
    }
    return shader;
}

/// Draws an imported image into a texture of its own and reads that. Its objects end with the
/// device's context, which is current.
class Drawing {
public:
    Drawing(const EglImage& image, Extent extent) : extent_(extent) {
        program_ = ::glCreateProgram();
        ::glAttachShader(program_, compiled(GL_VERTEX_SHADER, vertex_source));
        ::glAttachShader(program_, compiled(GL_FRAGMENT_SHADER, fragment_source));
        ::glBindAttribLocation(program_, 0, "corner");
        ::glLinkProgram(program_);

        ::glGenTextures(1, &memory_);
        ::glBindTexture(GL_TEXTURE_EXTERNAL_OES, memory_);
        for (const GLenum filter : {GL_TEXTURE_MIN_FILTER, GL_TEXTURE_MAG_FILTER}) {
            ::glTexParameteri(GL_TEXTURE_EXTERNAL_OES, filter, GL_NEAREST);
        }
        const auto take_image = reinterpret_cast<PFNGLEGLIMAGETARGETTEXTURE2DOESPROC>(
            ::eglGetProcAddress("glEGLImageTargetTexture2DOES"));
        take_image(GL_TEXTURE_EXTERNAL_OES, image.get());

        GLuint target = 0;
        GLuint framebuffer = 0;
        ::glGenTextures(1, &target);
        ::glBindTexture(GL_TEXTURE_2D, target);
        ::glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA, width(), height(), 0, GL_RGBA, GL_UNSIGNED_BYTE,
                       nullptr);
        ::glGenFramebuffers(1, &framebuffer);
        ::glBindFramebuffer(GL_FRAMEBUFFER, framebuffer);
        ::glFramebufferTexture2D(GL_FRAMEBUFFER, GL_COLOR_ATTACHMENT0, GL_TEXTURE_2D, target, 0);
        if (const GLenum error = ::glGetError(); error != GL_NO_ERROR) {
            throw std::runtime_error(
                text::format("OpenGL makes no texture of the imported memory: error {:#x}", error));
        }
    }

    [[nodiscard]] Picture read() const {
        constexpr std::array<GLfloat, 6> triangle{-1, -1, 3, -1, -1, 3}; // covers everything
        ::glViewport(0, 0, width(), height());
        ::glDisable(GL_DITHER);
        ::glUseProgram(program_);
        // What others have written is seen from the next time that the texture is bound.
        ::glBindTexture(GL_TEXTURE_EXTERNAL_OES, memory_);
        ::glUniform1i(::glGetUniformLocation(program_, "memory"), 0);
        ::glUniform2f(::glGetUniformLocation(program_, "extent"), static_cast<GLfloat>(width()),
                      static_cast<GLfloat>(height()));
        ::glVertexAttribPointer(0, 2, GL_FLOAT, GL_FALSE, 0, triangle.data());
        ::glEnableVertexAttribArray(0);
        ::glDrawArrays(GL_TRIANGLES, 0, 3);
        Picture picture(extent_);
        // From below, as the memory's first row is drawn at y = 0.
        ::glReadPixels(0, 0, width(), height(), GL_RGBA, GL_UNSIGNED_BYTE, picture.pixels().data());
        if (const GLenum error = ::glGetError(); error != GL_NO_ERROR) {
            throw std::runtime_error(
                text::format("OpenGL cannot draw the imported memory: error {:#x}", error));
        }
        return picture;
    }

private:
    [[nodiscard]] GLsizei width() const { return static_cast<GLsizei>(extent_.width); }
    [[nodiscard]] GLsizei height() const { return static_cast<GLsizei>(extent_.height); }

    Extent extent_;
    GLuint program_ = 0;
    GLuint memory_ = 0;
};

class GlViewer final : public Viewer {
public:
    explicit GlViewer(const std::string& wish) : wish_(wish) {}

    std::expected<void, Reasons> show(std::vector<DmaBuf> buffers,
                                      const ImageLayout& layout) override {
        drawing_.reset();
        image_.reset();
        device_.reset();
        auto device = EglDevice::open(wish_);
        if (!device) {
            return std::unexpected(device.error());
        }
        device_ = *std::move(device);
        if (!has_extension("GL_OES_EGL_image_external")) {
            return std::unexpected(Reasons{"the OpenGL driver has no GL_OES_EGL_image_external, by "
                                           "which imported memory is drawn"});
        }
        GLint largest = 0;
        ::glGetIntegerv(GL_MAX_TEXTURE_SIZE, &largest);
        if (std::cmp_greater(std::max(layout.extent.width, layout.extent.height), largest)) {
            return std::unexpected(
                Reasons{text::format("the OpenGL driver's textures are of {0}x{0} at most, and the "
                                     "picture is of {1}x{2}",
                                     largest, layout.extent.width, layout.extent.height)});
        }
        auto image = device_->import(buffers, layout);
        if (!image) {
            return std::unexpected(image.error());
        }
        image_ = *std::move(image);
        drawing_.emplace(*image_, layout.extent);
        rows_ = rows_layout(Sight::converted, layout);
        return {};
    }

    std::expected<void, Reasons> read(std::span<std::byte> rows) override {
        write_pixels(drawing_->read(), rows_, rows);
        return {};
    }

private:
    std::string wish_;
    std::unique_ptr<EglDevice> device_;
    std::unique_ptr<EglImage> image_;
    std::optional<Drawing> drawing_;
    ImageLayout rows_;
};

} // namespace

std::unique_ptr<Viewer> open_gl(const ViewerOptions& options, Interrupt /*unwanted*/) {
    return std::make_unique<GlViewer>(options.gl_device);
}

} // namespace parallax::demo
