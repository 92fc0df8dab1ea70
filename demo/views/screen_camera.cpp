// SPDX-License-Identifier: MIT
#include "views/screen_camera.hpp"

#include "process/child_process.hpp"
#include "process/temporary_folder.hpp"

#include <poll.h>

#include <array>
#include <format>
#include <stdexcept>

namespace parallax::demo {

void ScreenCamera::add_to(CLI::App& command) {
    command
        .add_option("--camera", command_,
                    "Command that photographs the screen from outside: it is run with a file's "
                    "name as its last argument, and writes a PNG or JPEG there")
        ->envname("PARALLAX_SCREEN_CAMERA");
}

Picture ScreenCamera::photograph() const {
    return photograph(-1);
}

Picture ScreenCamera::photograph(int hurry) const {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "screen.png";
    ChildProcess process("/bin/sh", {"sh", "-c", std::format("{} {}", command_, file.string())},
                         ChildProcess::Output::passed_on);
    std::array<pollfd, 2> waiting{
        {{.fd = process.handle(), .events = POLLIN, .revents = 0},
         {.fd = hurry, .events = POLLRDHUP, .revents = 0}}}; // poll() skips what is negative
    while (!process.ended()) {
        ::poll(waiting.data(), waiting.size(), -1);
        if (waiting[1].revents != 0) {
            throw std::runtime_error("the camera was interrupted");
        }
    }
    if (process.status() != 0) {
        throw std::runtime_error(
            std::format("the camera command failed (status {}): {}", process.status(), command_));
    }
    return without_alpha(load_picture(file));
}

std::expected<Picture, Reasons> ScreenCamera::photograph_of(Extent screen, int hurry) const {
    Picture picture = photograph(hurry);
    if (picture.extent() != screen) {
        return std::unexpected(Reasons{std::format(
            "the camera's picture has {}x{} pixels, the screen {}x{}", picture.extent().width,
            picture.extent().height, screen.width, screen.height)});
    }
    return picture;
}

Picture without_alpha(Picture picture) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255;
    }
    return picture;
}

} // namespace parallax::demo
