// SPDX-License-Identifier: MIT
#include "views/screen_camera.hpp"

#include "process/temporary_folder.hpp"

#include <cstdlib>
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
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "screen.png";
    const int status = std::system(std::format("{} {}", command_, file.string()).c_str());
    if (status != 0) {
        throw std::runtime_error(
            std::format("the camera command failed (status {}): {}", status, command_));
    }
    return without_alpha(load_picture(file));
}

Picture without_alpha(Picture picture) {
    for (Rgba8& pixel : picture.pixels()) {
        pixel.a = 255;
    }
    return picture;
}

} // namespace parallax::demo
