// SPDX-License-Identifier: MIT
#include "scanout/screen_camera.hpp"

#include "process/child_process.hpp"
#include "process/cleanup_process.hpp"
#include "process/temporary_folder.hpp"

#include "files/picture_file.hpp"

#include "parallax/text.hpp"

#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <stdexcept>

namespace parallax::demo {

void ScreenCamera::add_to(CLI::App& command) {
    command
        .add_option("--camera", command_,
                    "Command that captures the screen from outside: it is run with the name of a "
                    "file as its last argument, and writes a PNG or JPEG there")
        ->envname("PARALLAX_SCREEN_CAMERA");
    command
        .add_option("--camera-patience", patience_,
                    "Milliseconds after which the camera's command is terminated")
        ->check(CLI::Range(1, 600'000))
        ->capture_default_str();
}

std::string ScreenCamera::card() const {
    const char* const command = std::getenv("PARALLAX_SCREEN_CAMERA");
    const char* const card = std::getenv("PARALLAX_SCREEN_CAMERA_CARD");
    return command != nullptr && card != nullptr && command_ == command ? card : "";
}

bool ScreenCamera::looks_at(const kms::Card& card) const {
    const std::string known = this->card();
    return known.empty() || known == card.driver() || known == card.path();
}

Picture ScreenCamera::screenshot(Interrupt interrupt) const {
    const TemporaryFolder folder;
    const std::filesystem::path file = folder.path() / "screen.png";
    ChildProcess process("/bin/sh", {"sh", "-c", command_ + " \"$1\"", "sh", file.string()},
                         ChildProcess::Output::to_stderr); // the folder's name may have blanks
    const CleanupProcess cleanup([&] { folder.remove_after(process); });
    pollfd unwanted{.fd = interrupt.fd, .events = interrupt.events, .revents = 0};
    if (!process.wait(std::chrono::milliseconds(patience_), unwanted)) {
        process.end();
        throw std::runtime_error(unwanted.revents != 0
                                     ? "the camera was interrupted"
                                     : text::format("the camera command has not ended within {} ms "
                                                    "(--camera-patience): {}",
                                                    patience_, command_));
    }
    if (process.status() != 0) {
        throw std::runtime_error(
            text::format("the camera command failed (status {}): {}", process.status(), command_));
    }
    return without_alpha(load_picture(file));
}

std::expected<Picture, Reasons> ScreenCamera::screenshot_of(Extent screen,
                                                            Interrupt interrupt) const {
    Picture picture = screenshot(interrupt);
    if (picture.extent() != screen) {
        return std::unexpected(Reasons{text::format(
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
