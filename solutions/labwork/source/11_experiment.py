# %% [markdown]
# {{ box conditional.pick_score }}

# %%
# {{ fill conditional.pick_score }}

# %% [markdown]
# {{ box conditional.with_label }}

# %%
# {{ fill conditional.with_label }}

# %% [markdown]
# {{ box conditional.Given }}

# %%
# {{ fill conditional.Given }}
