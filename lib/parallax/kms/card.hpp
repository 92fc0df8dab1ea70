// SPDX-License-Identifier: MIT
#pragma once

#include "parallax/dmabuf/unique_fd.hpp"
#include "parallax/error.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

namespace parallax::kms {

/// A device that drives displays: a node in /dev/dri, opened for atomic mode setting. Owns the fd.
class Card {
public:
    /// Opens a card.
    /// @param wish the node's path, the driver's name, or empty for the first card with a display.
    /// @return the card, or the reason against each node.
    [[nodiscard]] static std::expected<Card, Reasons> open(const std::string& wish);

    /// "/dev/dri/card0"
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    /// The kernel driver's name: "bochs-drm".
    [[nodiscard]] const std::string& driver() const noexcept { return driver_; }
    /// True if framebuffers can be made with an explicit modifier.
    [[nodiscard]] bool takes_modifiers() const noexcept { return modifiers_; }
    /// Borrowed.
    [[nodiscard]] int fd() const noexcept { return fd_.get(); }

    /// True if this process may set modes: no other program, such as a compositor, is master.
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

/// The driver of each card in /dev/dri, with or without a display; empty for one that this process
/// cannot ask.
[[nodiscard]] std::vector<std::string> card_drivers();

} // namespace parallax::kms
