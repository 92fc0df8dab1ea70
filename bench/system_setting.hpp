// SPDX-License-Identifier: MIT
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace parallax::bench {

/// A number that the kernel shows as a file in /proc or /sys, changed for the length of a run and
/// then put back.
class SystemSetting {
public:
    explicit SystemSetting(std::filesystem::path file);
    SystemSetting(const SystemSetting&) = delete;
    SystemSetting& operator=(const SystemSetting&) = delete;
    ~SystemSetting();

    /// The value now; nothing where there is no such file.
    [[nodiscard]] std::optional<std::uint64_t> value() const;

    /// Writes the value, unless it is that already.
    /// @throws std::system_error when it cannot be written: not root, or no such file.
    void set(std::uint64_t value);

    /// Raises the value to @p least, where it may be.
    /// @return whether it is that much now.
    bool try_raise(std::uint64_t least);

private:
    std::filesystem::path file_;
    std::optional<std::uint64_t> before_;
};

} // namespace parallax::bench
