// SPDX-License-Identifier: MIT
#pragma once

#include "support/display.hpp"
#include "support/paths.hpp"
#include "support/temporary_folder.hpp"

#include "files/picture_file.hpp"
#include "parallax/image/picture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace parallax::test {

inline constexpr Rgba8 ink{.r = 255, .g = 0, .b = 255};
inline constexpr Rgba8 black{.r = 0, .g = 0, .b = 0};

/// The results of a run.
struct Outcome {
    int status = -1;
    std::string output;
    nlohmann::json report;
};

/// The JSON in the output, after messages of the window system's libraries.
inline nlohmann::json report_in(const std::string& output) {
    const std::size_t start = output.find("{\n");
    return start == std::string::npos ? nlohmann::json()
                                      : nlohmann::json::parse(output.substr(start));
}

class WindowTest : public testing::TestWithParam<WindowSystem> {
protected:
    WindowTest() : display_(GetParam(), folder_.path()) {}

    [[nodiscard]] std::vector<std::string> command(const std::string& script,
                                                   const std::vector<std::string>& options) const {
        std::ofstream(folder_.path() / "script") << script;
        std::vector<std::string> all{program_path(), "window", "--json", "--script",
                                     folder_.path() / "script"};
        all.insert(all.end(), options.begin(), options.end());
        return all;
    }

    Outcome finish(Process& process) {
        Outcome run;
        run.status = process.wait();
        std::ifstream stream(folder_.path() / "output");
        run.output = {std::istreambuf_iterator<char>(stream), {}};
        run.report = report_in(run.output);
        return run;
    }

    Outcome run(const std::string& script, const std::vector<std::string>& options) {
        std::vector<std::string> environment = display_.environment();
        environment.insert(environment.end(), more_environment_.begin(), more_environment_.end());
        Process process(command(script, options), environment, folder_.path() / "output");
        return finish(process);
    }

    /// Makes later runs report the heap allocations of their frames.
    void count_allocations() {
        more_environment_ = {"LD_PRELOAD=" + std::string(build_folder) +
                             "/tests/window/libwindow-heap-counter.so"};
        if (const char* const options = std::getenv("ASAN_OPTIONS")) { // it wants to be the first
            more_environment_.push_back(std::string("ASAN_OPTIONS=") + options +
                                        ":verify_asan_link_order=0");
        }
    }

    /// The screenshot's part inside a panel, without its edge.
    [[nodiscard]] Picture panel(const Outcome& run, const char* name) const {
        const Picture whole = load_picture(screenshot());
        const auto corners = run.report["panels"][name].get<std::vector<float>>();
        const auto inside = [](float edge, float step) {
            return static_cast<std::uint32_t>(std::lround(edge + step));
        };
        const std::uint32_t left = inside(corners[0], 2);
        const std::uint32_t top = inside(corners[1], 2);
        const std::uint32_t right = inside(corners[2], -2);
        const std::uint32_t bottom = inside(corners[3], -2);
        Picture part({.width = right - left, .height = bottom - top});
        for (std::uint32_t y = top; y < bottom; ++y) {
            std::ranges::copy(whole.row(y).subspan(left, right - left), part.row(y - top).begin());
        }
        return part;
    }

    static Picture rows(const Picture& picture, std::uint32_t first, std::uint32_t count) {
        Picture part({.width = picture.extent().width, .height = count});
        for (std::uint32_t y = 0; y < count; ++y) {
            std::ranges::copy(picture.row(first + y), part.row(y).begin());
        }
        return part;
    }

    /// The number of pixels of about this colour.
    static std::size_t count(const Picture& picture, Rgba8 colour) {
        const auto near = [](std::uint8_t a, std::uint8_t b) { return std::abs(a - b) <= 24; };
        return static_cast<std::size_t>(
            std::ranges::count_if(picture.pixels(), [&](const Rgba8& pixel) {
                return near(pixel.r, colour.r) && near(pixel.g, colour.g) &&
                       near(pixel.b, colour.b);
            }));
    }

    static bool is_black(const Picture& picture) {
        return std::ranges::all_of(picture.pixels(),
                                   [](const Rgba8& pixel) { return pixel == black; });
    }

    /// What the X server shows at the place of the window, which has such an extent.
    [[nodiscard]] Picture screen(Extent extent) const {
        std::ifstream stream(folder_.path() / "Xvfb_screen0", std::ios::binary);
        const std::string xwd{std::istreambuf_iterator<char>(stream), {}};
        const auto byte = [&xwd](std::size_t place) {
            return static_cast<std::uint8_t>(xwd.at(place));
        };
        const auto field = [&byte](std::size_t number) { // of the header, the high byte first
            std::size_t value = 0;
            for (std::size_t i = 0; i < 4; ++i) {
                value = value << 8 | byte(4 * number + i);
            }
            return value;
        };
        constexpr std::size_t bytes_of_colour = 12; // of the colour map
        const std::size_t start = field(0) + field(19) * bytes_of_colour;
        const std::size_t stride = field(12);
        Picture picture(extent);
        for (std::uint32_t y = 0; y < extent.height; ++y) {
            for (std::uint32_t x = 0; x < extent.width; ++x) {
                const std::size_t place = start + y * stride + std::size_t{4} * x;
                picture.row(y)[x] = {.r = byte(place + 2), .g = byte(place + 1), .b = byte(place)};
            }
        }
        return picture;
    }

    [[nodiscard]] std::filesystem::path screenshot() const { return folder_.path() / "window.png"; }
    [[nodiscard]] const Display& display() const { return display_; }
    [[nodiscard]] Display& display() { return display_; }
    [[nodiscard]] const std::filesystem::path& folder() const { return folder_.path(); }

    /// A small window with a small picture: the machine has no GPU.
    [[nodiscard]] std::vector<std::string> small(std::vector<std::string> more) const {
        std::vector<std::string> all{"--size", "64x48", "--window-size", "480x160"};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

private:
    TemporaryFolder folder_;
    Display display_;
    std::vector<std::string> more_environment_;
};

inline std::string name_of(const testing::TestParamInfo<WindowSystem>& kind) {
    return kind.param == WindowSystem::x11 ? "X11" : "Wayland";
}

} // namespace parallax::test
