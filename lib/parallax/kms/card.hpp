// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/error.hpp"
#include "parallax/unique_fd.hpp"

#include <cstdint>
#include <expected>
#include <string>

namespace parallax::kms {

/// A device that drives displays: a node in /dev/dri, opened for atomic mode setting. Owns the fd.
class Card {
public:
    /// @param wish the node's path, the driver's name, or empty for the first card with a display.
    /// @return the card, or the reasons: what each node lacks.
    [[nodiscard]] static std::expected<Card, Reasons> open(const std::string& wish);

    /// "/dev/dri/card0"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name: "bochs-drm".
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// Whether framebuffers can be made with an explicit modifier.
    [[nodiscard]] bool takes_modifiers() const noexcept { return modifiers_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// Whether this process may set modes: nobody else (a compositor) does.
    [[nodiscard]] bool is_master() const;

private:
    Card(UniqueFd&& fd, std::string path, std::string driver, bool modifiers)
        : fd_(std::move(fd)),
          path_(std::move(path)),
          driver_(std::move(driver)),
          modifiers_(modifiers) {}

    [[nodiscard]] static std::expected<Card, std::string> open_node(const std::string& path);

    UniqueFd fd_;
    std::string path_;
    std::string driver_;
    bool modifiers_ = false;
};

} // namespace parallax::kms
