// SPDX-License-Identifier: MIT
#pragma once

#include "offscreen/context.hpp"
#include "offscreen/instance.hpp"
#include "parallax/dmabuf/exporter.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>

namespace parallax::test {

/// A Vulkan device under validation, for one test: any message of the layers fails the test.
class ValidatedDevice : public testing::Test {
protected:
    /// False of tests that the layers do not survive.
    [[nodiscard]] virtual bool validated() const { return true; }

    void SetUp() override {
        auto instance = Instance::create({.validate = validated()});
        ASSERT_TRUE(instance) << instance.error().front();
        instance_ = std::make_unique<Instance>(*std::move(instance));
        auto context = Context::open(*instance_, "");
        ASSERT_TRUE(context) << context.error().front();
        context_ = *std::move(context);
    }

    void TearDown() override {
        context_.reset(); // the layers report leaked objects here
        if (instance_ && instance_->validation_log() != nullptr) {
            for (const std::string& message : instance_->validation_log()->messages()) {
                ADD_FAILURE() << message;
            }
        }
    }

    /// An exporter by name; the test fails if it is missing, since the machine has them all.
    static std::unique_ptr<Exporter> open(const std::string& name) {
        auto exporter = open_exporter(name);
        if (!exporter) {
            ADD_FAILURE() << exporter.error().front();
            return nullptr;
        }
        return *std::move(exporter);
    }

    [[nodiscard]] const Context& context() const { return *context_; }
    [[nodiscard]] const Instance& instance() const { return *instance_; }

private:
    std::unique_ptr<Instance> instance_;
    std::unique_ptr<Context> context_;
};

} // namespace parallax::test
