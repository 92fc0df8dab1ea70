// SPDX-License-Identifier: MIT
#pragma once

#include <filesystem>

namespace parallax::demo {

/// A folder of this process's own (mode 0700), gone with all that is in it at the end of its life.
class TemporaryFolder {
public:
    /// @throws std::system_error.
    TemporaryFolder();
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    TemporaryFolder(TemporaryFolder&&) = delete;
    TemporaryFolder& operator=(TemporaryFolder&&) = delete;
    ~TemporaryFolder();

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace parallax::demo
