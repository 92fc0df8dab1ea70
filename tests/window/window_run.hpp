// SPDX-License-Identifier: MIT
#pragma once

#include "../unit/temporary_folder.hpp"
#include "display.hpp"

#include "parallax/picture.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <iterator>

namespace parallax::test {

inline constexpr Rgba8 ink{.r = 255, .g = 0, .b = 255};
inline constexpr Rgba8 black{.r = 0, .g = 0, .b = 0};

/// What a run left behind.
struct Outcome {
    int status = -1;
    std::string output;
    nlohmann::json report;
};

/// The JSON, after whatever the window system's libraries had to say.
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
        std::vector<std::string> all{PARALLAX_PROGRAM, "window", "--json", "--script",
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
        Process process(command(script, options), display_.environment(),
                        folder_.path() / "output");
        return finish(process);
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

    /// How many pixels have about this colour.
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

    [[nodiscard]] std::filesystem::path screenshot() const { return folder_.path() / "window.png"; }
    [[nodiscard]] const Display& display() const { return display_; }
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
};

inline std::string name_of(const testing::TestParamInfo<WindowSystem>& kind) {
    return kind.param == WindowSystem::x11 ? "X11" : "Wayland";
}

} // namespace parallax::test
