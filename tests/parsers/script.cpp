// SPDX-License-Identifier: MIT
// The window's scripts: accepted or refused; accepted ones can be executed. Strokes are drawn and
// the camera is moved as in the window.
#include "window/script.hpp"

#include "parallax/image/pixels.hpp"
#include "window/orbit_camera.hpp"
#include "window/scene.hpp"

#include "require.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <stdexcept>

using namespace parallax;
using namespace parallax::demo;

namespace {

constexpr Extent picture{.width = 37, .height = 23};

/// The parts of the window that need no display.
class Model {
public:
    void operator()(const Stroke& stroke) { draw({stroke, brush_}, layout_, memory_); }
    void operator()(const ChangeBrush& change) { brush_ = change.brush; }
    void operator()(const Orbit& orbit) { camera_.orbit(orbit.degrees); }
    void operator()(const Zoom& zoom) { camera_.zoom(zoom.factor); }
    void operator()(const PointAt& at) const {
        test::require(std::isfinite(at.pixel.x) && std::isfinite(at.pixel.y), "a place is one");
        static_cast<void>(static_cast<int>(at.pixel.x) + static_cast<int>(at.pixel.y));
    }
    void operator()(const PointerInput& input) const {
        test::require(std::isfinite(input.place.x) && std::isfinite(input.place.y),
                      "a place is one");
    }
    void operator()(const Resize& resize) const {
        test::require(resize.size.pixels() > 0, "a window has pixels");
    }
    void operator()(const OpenPicture& picture_file) const {
        test::require(!picture_file.file.empty(), "a file has a name");
    }
    void operator()(const SaveScreenshot& screenshot) const {
        test::require(!screenshot.file.empty(), "a file has a name");
    }
    void operator()(Action /*action*/) const {}
    void operator()(Expose /*exposure*/) const {}
    void operator()(const Lose& /*loss*/) const {}

    void look() const {
        const Scene scene(picture, Panels(), camera_, {.size = {640, 400}, .gap = 8, .title = 16});
        for (const Panel panel : scene.panels()) {
            const glm::vec2 corner = scene.corner(panel, {0, 0});
            test::require(std::isfinite(corner.x) && std::isfinite(corner.y), "a panel is seen");
        }
    }

private:
    ImageLayout layout_{.extent = picture,
                        .fourcc = rgb_fourccs().front(),
                        .planes = {{{.stride = picture.width * 4}}}};
    std::vector<std::byte> memory_ = std::vector<std::byte>(layout_.size());
    Brush brush_;
    OrbitCamera camera_;
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        const std::string_view text(reinterpret_cast<const char*>(data), size);
        const Script script = Script::parse(text, "the file");
        const auto events = script.events();
        test::require(std::ranges::is_sorted(events, {}, &TimedEvent::frame),
                      "events are in the order of their frames");
        constexpr std::size_t enough = 100;
        Model model;
        for (const TimedEvent& timed : events.first(std::min(events.size(), enough))) {
            std::visit(model, timed.event);
        }
        model.look();
    } catch (const std::invalid_argument& error) {
        test::require(std::string_view(error.what()).starts_with("the file:"), "it is named");
    }
    return 0;
}
