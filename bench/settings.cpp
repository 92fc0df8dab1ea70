// SPDX-License-Identifier: MIT
#include "settings.hpp"

#include "parallax/system_call.hpp"
#include "parallax/text.hpp"
#include "process/cleanup_process.hpp"

#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace parallax::bench {

SystemSetting::SystemSetting(std::filesystem::path file)
    : file_(std::move(file)),
      before_(value()) {}

SystemSetting::~SystemSetting() {
    put_back();
}

void SystemSetting::put_back() noexcept {
    const std::scoped_lock lock(mutex_);
    over_ = true;
    if (before_ && value() != before_) {
        std::ofstream(file_) << *before_; // if it fails, nobody can do more about it
    }
}

bool SystemSetting::is_writable() const {
    return ::access(file_.c_str(), W_OK) == 0;
}

std::optional<std::uint64_t> SystemSetting::value() const {
    std::uint64_t value = 0;
    if (std::ifstream file(file_); file >> value) {
        return value;
    }
    return std::nullopt;
}

void SystemSetting::set(std::uint64_t value) {
    const std::scoped_lock lock(mutex_);
    if (over_ || this->value() == value) {
        return;
    }
    errno = 0;
    std::ofstream file(file_);
    if (!(file << value << std::flush)) {
        throw_errno(text::format("cannot write {} to {}", value, file_.string()));
    }
}

bool SystemSetting::try_raise(std::uint64_t least) {
    const auto now = value();
    if (!now) {
        return false;
    }
    try {
        set(std::max(*now, least));
    } catch (const std::system_error&) {
        return false;
    }
    return value().value_or(0) >= least; // the kernel may grant less than was asked
}

Settings::Settings() : survivor_(std::make_unique<demo::CleanupProcess>([this] { put_back(); })) {}

Settings::~Settings() = default;

void Settings::put_back() noexcept {
    for (SystemSetting* const setting : {&pool_size, &udmabuf_size, &huge_pages}) {
        setting->put_back();
    }
}

} // namespace parallax::bench
