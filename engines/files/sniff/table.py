"""The signs of every kind of file, most particular first; how to read a line is said in signs.py.

Facts about names and shapes: the published weights, diffusers' single_file_utils (original layouts) and its classes.
A part's family is the id of what it is; `a|b` are two parts of one shape, which a header cannot tell apart.
"""

from engines.files.sniff.signs import read

SIGNS = read("""
# controlnets and other things that steer
controlnet animatediff SparseCtrl : controlnet_cond_embedding.*  *motion_modules.*
controlnet sdxl union : control_add_embedding.linear_1.weight controlnet_cond_embedding.conv_in.weight
controlnet sdxl - : controlnet_cond_embedding.conv_in.weight add_embedding.linear_1.weight
controlnet sd2 - : controlnet_cond_embedding.conv_in.weight *.attn2.to_k.weight[1]=1024
controlnet sd1 - : controlnet_cond_embedding.conv_in.weight *.attn2.to_k.weight[1]=768
controlnet sdxl LoRA : lora_controlnet input_hint_block.0.weight label_emb.0.0.*
controlnet sd1 LoRA : lora_controlnet input_hint_block.0.weight
controlnet sdxl - : input_hint_block.0.weight label_emb.0.0.weight
controlnet sd2 - : input_hint_block.0.weight *.attn2.to_k.weight[1]=1024
controlnet sd1 - : input_hint_block.0.weight *.attn2.to_k.weight[1]=768
controlnet - - : controlnet_cond_embedding.conv_in.weight||input_hint_block.0.weight
controlnet qwen-image - : controlnet_x_embedder.weight txt_norm.weight
controlnet flux1 - : controlnet_x_embedder.weight context_embedder.weight time_text_embed.*
controlnet flux1 - : controlnet_blocks.0.weight double_blocks.0.*
controlnet sd3 - : controlnet_blocks.0.weight pos_embed_input.proj.weight
controlnet sana - : controlnet_blocks.0.weight input_block.weight patch_embed.proj.weight[1]=32
controlnet z-image - : control_all_x_embedder.2-1.weight||control_layers.0.*
ip-adapter flux1 Redux : redux_up.weight redux_down.weight
ip-adapter flux1 - : *.processor.ip_adapter_double_stream_k_proj.weight
ip-adapter flux1 - : ip_adapter.0.to_k_ip.weight[0]=3072
ip-adapter sdxl - : ip_adapter.1.to_k_ip.weight[1]=2048
ip-adapter sd1 - : ip_adapter.1.to_k_ip.weight[1]=768
ip-adapter - - : ip_adapter.* image_proj.*
t2i-adapter sdxl - : adapter.conv_in.weight||conv_in.weight[1]=768|256 adapter.body.0.*||body.0.*block1.weight
t2i-adapter sd1 - : adapter.conv_in.weight||conv_in.weight[1]=192|64 adapter.body.0.*||body.0.*block1.weight
motion animatediff - : mid_block.motion_modules.* down_blocks.3.motion_modules.* !conv_in.weight
motion animatediff - : down_blocks.3.motion_modules.* !conv_in.weight
motion animatediff SDXL : down_blocks.2.motion_modules.* !conv_in.weight
embedding sdxl - : clip_g clip_l
embedding sd1 - : emb_params||string_to_param.*||<*[-1]=768
embedding sd2 - : emb_params||string_to_param.*||<*[-1]=1024
embedding - - : emb_params||string_to_param.*
# denoisers
denoiser hunyuan15 - : txt_in.individual_token_refiner.* vision_in.proj.0.weight||byt5_in.fc1.weight
denoiser hunyuan15 - : context_embedder.token_refiner.* context_embedder_2.linear_1.weight
denoiser hunyuan - : txt_in.individual_token_refiner.*||context_embedder.token_refiner.*
denoiser flux2 dev : single_stream_modulation.lin*.weight img_in.weight||x_embedder.weight[0]=6144
denoiser flux2 klein_9B : single_stream_modulation.lin*.weight img_in.weight||x_embedder.weight[0]=4096
denoiser flux2 klein_4B : single_stream_modulation.lin*.weight img_in.weight||x_embedder.weight[0]=3072
denoiser flux2 - : single_stream_modulation.lin*.weight
denoiser chroma Radiance : nerf_blocks.0.* distilled_guidance_layer.*
denoiser chroma - : distilled_guidance_layer.*
denoiser flux1 Fill : double_blocks.0.img_attn.norm.key_norm.* img_in.weight[1]=384
denoiser flux1 Control : double_blocks.0.img_attn.norm.key_norm.* img_in.weight[1]=128
denoiser flux1 dev : double_blocks.0.img_attn.norm.key_norm.* guidance_in.in_layer.*
denoiser flux1 schnell : double_blocks.0.img_attn.norm.key_norm.* vector_in.in_layer.*
denoiser flux1 Fill : single_transformer_blocks.0.proj_mlp.* time_text_embed.text_embedder.* x_embedder.weight[1]=384
denoiser flux1 Control : single_transformer_blocks.0.proj_mlp.* time_text_embed.text_embedder.* x_embedder.weight[1]=128
denoiser flux1 dev : single_transformer_blocks.0.proj_mlp.* time_text_embed.guidance_embedder.linear_1.*
denoiser flux1 schnell : single_transformer_blocks.0.proj_mlp.* time_text_embed.text_embedder.linear_1.*
denoiser hidream - : double_stream_blocks.0.block.*
denoiser sd35 medium : joint_blocks.0.x_block.attn2.qkv.weight
denoiser sd35 large : joint_blocks.37.x_block.*
denoiser sd3 medium : joint_blocks.0.context_block.*
denoiser sd35 medium : pos_embed.pos_embed transformer_blocks.0.attn2.to_q.weight transformer_blocks.0.attn.add_q_proj.*
denoiser sd35 large : pos_embed.pos_embed transformer_blocks.37.attn.to_q.weight transformer_blocks.0.attn.add_q_proj.*
denoiser sd3 medium : pos_embed.pos_embed transformer_blocks.0.attn.add_q_proj.*
denoiser qwen-image Layered : time_text_embed.addition_t_embedding.weight transformer_blocks.0.img_mod.1.*
denoiser qwen-image Edit_2511 : __index_timestep_zero__ transformer_blocks.0.img_mod.1.*
denoiser qwen-image - : txt_norm.weight transformer_blocks.0.img_mod.1.*
denoiser z-image - : cap_embedder.1.weight[1]=2560 layers.0.attention.*
denoiser lumina2 - : cap_embedder.1.weight[1]=2304 layers.0.attention.*
denoiser lumina2 - : time_caption_embed.caption_embedder.1.weight[0]=2304 layers.0.attn.to_q.weight
denoiser sana 1.6B : attention_y_norm.weight blocks.0.cross_attn.q_linear.weight[0]=2240
denoiser sana 0.6B : attention_y_norm.weight blocks.0.cross_attn.q_linear.weight[0]=1152
denoiser sana - : attention_y_norm.weight blocks.0.cross_attn.q_linear.*
denoiser sana 1.6B : caption_projection.linear_1.weight[1]=2304 patch_embed.proj.weight[1]=32
    caption_norm.weight[0]=2240
denoiser sana 0.6B : caption_projection.linear_1.weight[1]=2304 patch_embed.proj.weight[1]=32
    caption_norm.weight[0]=1152
denoiser sana - : caption_projection.linear_1.weight[1]=2304 patch_embed.proj.weight[1]=32 caption_norm.weight
denoiser pixart sigma : y_embedder.y_embedding[0]=300 blocks.0.cross_attn.q_linear.weight x_embedder.proj.weight[1]=4
denoiser pixart alpha : y_embedder.y_embedding[0]=120 blocks.0.cross_attn.q_linear.weight x_embedder.proj.weight[1]=4
denoiser pixart alpha : adaln_single.emb.resolution_embedder.linear_1.weight pos_embed.proj.weight[1]=4
denoiser pixart - : adaln_single.emb.timestep_embedder.linear_1.weight pos_embed.proj.weight[1]=4
denoiser ltx2 - : audio_patchify_proj.weight||audio_proj_in.weight transformer_blocks.0.*
denoiser ltx 13B : patchify_proj.weight||proj_in.weight[1]=128 transformer_blocks.47.* scale_shift_table
denoiser ltx 2B : patchify_proj.weight||proj_in.weight[1]=128 transformer_blocks.0.attn1.*_norm.weight scale_shift_table
denoiser ltx 2B : proj_in.weight[1]=128 transformer_blocks.0.attn1.norm_q.weight scale_shift_table
denoiser cogvideox 1.5_5B : patch_embed.text_proj.weight transformer_blocks.0.norm1.linear.*
    patch_embed.proj.weight[1]=128|256
denoiser cogvideox 5B_I2V : patch_embed.text_proj.weight[0]=3072 patch_embed.proj.weight[1]=32
denoiser cogvideox 5B : patch_embed.text_proj.weight[0]=3072 transformer_blocks.0.norm1.linear.*
denoiser cogvideox 2B : patch_embed.text_proj.weight[0]=1920 transformer_blocks.0.norm1.linear.*
denoiser cogvideox - : mixins.patch_embed.text_proj.weight||patch_embed.text_proj.weight
    *.layers.0.*||transformer_blocks.0.*
denoiser wan21 VACE_1.3B : vace_patch_embedding.weight patch_embedding.weight[0]=1536
denoiser wan21 VACE_14B : vace_patch_embedding.weight patch_embedding.weight[0]=5120
denoiser wan22 Animate_14B : motion_encoder.* patch_embedding.weight
denoiser wan22 TI2V_5B : head.modulation||condition_embedder.time_proj.weight patch_embedding.weight[1]=48
denoiser wan21 T2V_1.3B : head.modulation||condition_embedder.time_proj.weight patch_embedding.weight[0]=1536
denoiser wan21 I2V_14B : img_emb.proj.1.*||condition_embedder.image_embedder.* patch_embedding.weight[1]=36
denoiser wan22 I2V_A14B : head.modulation||condition_embedder.time_proj.weight patch_embedding.weight[1]=36
denoiser wan21 T2V_14B_(or_2.2_A14B) : head.modulation||condition_embedder.time_proj.weight
    patch_embedding.weight[0]=5120
denoiser wan21 - : head.modulation||condition_embedder.time_proj.weight patch_embedding.weight blocks.0.*
denoiser mochi - : t5_yproj.weight||time_embed.caption_proj.weight
denoiser auraflow - : double_layers.0.attn.w1q.weight cond_seq_linear.weight
denoiser cascade stage_C : clip_txt_mapper.weight
denoiser stable-audio - : transformer.rotary_pos_emb.inv_freq to_timestep_embed.0.weight
denoiser stable-audio - : preprocess_conv.weight timestep_proj.0.weight
denoiser ace-step 1 : genre_embedder.weight lyric_embs.weight
denoiser ace-step 1.5 : decoder.layers.0.scale_shift_table encoder.lyric_encoder.*
denoiser ace-step 1.5 : layers.0.scale_shift_table layers.0.cross_attn.to_q.weight
denoiser shap-e - : proj_to_clip_embeddings.weight[0]=2048 norm_in.weight embedding_proj.weight
denoiser shap-e - : wrapped.clip_embed.weight wrapped.backbone.resblocks.0.*
denoiser animatediff - : conv_in.weight *motion_modules.*
denoiser svd - : input_blocks.1.1.time_stack.0.*||down_blocks.0.attentions.0.temporal_transformer_blocks.0.*
denoiser audioldm2 - : input_blocks.0.0.weight||conv_in.weight[0]=128|256 input_blocks.0.0.weight||conv_in.weight[1]=8
denoiser sd-upscaler - : input_blocks.0.0.weight||conv_in.weight[1]=7
denoiser sdxl-refiner - : input_blocks.0.0.weight||conv_in.weight[0]=384
denoiser sdxl inpaint : input_blocks.4.1.*attn2.to_k.weight||down_blocks.1.*attn2.to_k.weight[1]=2048
    input_blocks.0.0.weight||conv_in.weight[1]=9
denoiser sdxl edit : input_blocks.4.1.*attn2.to_k.weight||down_blocks.1.*attn2.to_k.weight[1]=2048
    input_blocks.0.0.weight||conv_in.weight[1]=8
denoiser sdxl - : input_blocks.4.1.*attn2.to_k.weight||down_blocks.1.*attn2.to_k.weight[1]=2048
denoiser lcm - : time_embed.cond_proj.weight||time_embedding.cond_proj.weight
denoiser sd2 inpaint : input_blocks.1.1.*attn2.to_k.weight||down_blocks.0.*attn2.to_k.weight[1]=1024
    input_blocks.0.0.weight||conv_in.weight[1]=9
denoiser sd2 depth : input_blocks.1.1.*attn2.to_k.weight||down_blocks.0.*attn2.to_k.weight[1]=1024
    input_blocks.0.0.weight||conv_in.weight[1]=5
denoiser sd2 - : input_blocks.1.1.*attn2.to_k.weight||down_blocks.0.*attn2.to_k.weight[1]=1024
denoiser sd1 inpaint : input_blocks.1.1.*attn2.to_k.weight||down_blocks.0.*attn2.to_k.weight[1]=768
    input_blocks.0.0.weight||conv_in.weight[1]=9
denoiser sd1 edit : input_blocks.1.1.*attn2.to_k.weight||down_blocks.0.*attn2.to_k.weight[1]=768
    input_blocks.0.0.weight||conv_in.weight[1]=8
denoiser sd1 - : input_blocks.1.1.*attn2.to_k.weight||down_blocks.0.*attn2.to_k.weight[1]=768
denoiser - - : conv_in.weight time_embedding.linear_1.weight down_blocks.0.*
denoiser - - : input_blocks.0.0.weight time_embed.0.weight output_blocks.0.*
# text encoders, as transformers, open_clip, the authors and GGUF name them
text-encoder clap - : audio_model.* text_model.*word_embeddings.weight
text-encoder clip-l - : *embeddings.token_embedding.weight[1]=768
text-encoder clip-h - : *embeddings.token_embedding.weight[1]=1024
text-encoder clip-g - : *embeddings.token_embedding.weight[1]=1280
text-encoder clip-h - : *token_embedding.weight[1]=1024 *transformer.resblocks.0.*
text-encoder clip-g - : *token_embedding.weight[1]=1280 *transformer.resblocks.0.*
text-encoder umt5-xxl - : encoder.block.0.*SelfAttention.q.weight[1]=4096
    encoder.block.1.*relative_attention_bias.weight
text-encoder umt5-xxl - : token_embedding.weight[1]=4096 blocks.0.pos_embedding.embedding.weight
text-encoder umt5-xxl - : enc.blk.0.attn_q.weight[1]=4096 enc.blk.1.attn_rel_b.weight
text-encoder umt5-base - : encoder.block.0.*SelfAttention.q.weight[1]=768
    encoder.block.1.*relative_attention_bias.weight
text-encoder t5-xxl - : encoder.block.0.*SelfAttention.q.weight||enc.blk.0.attn_q.weight[1]=4096
text-encoder byt5-small - : encoder.block.0.*SelfAttention.q.weight[1]=1472
text-encoder pile-t5-xl - : encoder.block.0.*SelfAttention.q.weight[1]=2048
text-encoder flan-t5-large - : encoder.block.0.*SelfAttention.q.weight[1]=1024
text-encoder t5-base - : encoder.block.0.*SelfAttention.q.weight[1]=768
text-encoder gemma2-2b - : *layers.0.pre_feedforward_layernorm.weight||blk.0.post_ffw_norm.weight[0]=2304
text-encoder gemma3-12b - : *layers.0.pre_feedforward_layernorm.weight||blk.0.post_ffw_norm.weight[0]=3840
text-encoder qwen2.5-vl-7b - : *layers.0.self_attn.q_proj.bias||blk.0.attn_q.bias[0]=3584
text-encoder qwen3-0.6b - : *layers.0.self_attn.q_norm.weight||blk.0.attn_q_norm.weight
    *layers.0.input_layernorm.weight||blk.0.attn_norm.weight[0]=1024
text-encoder qwen3-4b - : *layers.0.self_attn.q_norm.weight||blk.0.attn_q_norm.weight
    *layers.0.input_layernorm.weight||blk.0.attn_norm.weight[0]=2560
text-encoder qwen3-8b - : *layers.0.self_attn.q_norm.weight||blk.0.attn_q_norm.weight
    *layers.0.input_layernorm.weight||blk.0.attn_norm.weight[0]=4096
text-encoder mistral-24b - : *layers.0.input_layernorm.weight||blk.0.attn_norm.weight[0]=5120
    *layers.0.self_attn.q_proj.weight||blk.0.attn_q.weight[0]=4096
text-encoder llava-llama3-8b - : *embed_tokens.weight||token_embd.weight[0]=128320
    *layers.0.self_attn.q_proj.weight||blk.0.attn_q.weight[0]=4096
text-encoder llama3-8b - : *embed_tokens.weight||token_embd.weight[0]=128256
    *layers.0.self_attn.q_proj.weight||blk.0.attn_q.weight[0]=4096
text-encoder gpt2 - : h.0.attn.c_attn.weight||transformer.h.0.attn.c_attn.weight
text-encoder - - : blk.0.attn_q.weight token_embd.weight
text-encoder - - : *layers.0.self_attn.q_proj.weight *embed_tokens.weight
image-encoder clip-vision-g - : vision_model.embeddings.class_embedding[0]=1664
image-encoder clip-vision-h - : vision_model.embeddings.class_embedding[0]=1280
image-encoder clip-vision-l - : vision_model.embeddings.class_embedding[0]=1024
image-encoder clip-vision-h - : *class_embedding[0]=1280 *transformer.resblocks.0.*
image-encoder siglip - : vision_model.embeddings.patch_embedding.weight !vision_model.embeddings.class_embedding
image-encoder - - : vision_model.embeddings.patch_embedding.weight
# autoencoders and vocoders
vae flux2-vae - : bn.running_mean decoder.conv_in.weight[1]=32
vae wan22-vae - : decoder.conv1.weight||decoder.conv_in.weight[1]=48
vae wan21-vae|qwen-vae - : decoder.middle.0.residual.0.gamma decoder.conv1.weight[1]=16
vae wan21-vae|qwen-vae - : decoder.mid_block.resnets.0.norm1.gamma decoder.conv_in.weight[1]=16
vae music-dcae - : encoder.conv_in.weight||dcae.encoder.conv_in.weight[1]=2
    decoder.up_blocks.0.0.*||dcae.decoder.up_blocks.0.0.*
vae dc-ae - : decoder.stages.1.op_list.0.*||decoder.up_blocks.0.0.* decoder.project_in.*||decoder.conv_in.weight
vae ltx2-audio-vae - : encoder.conv_in.conv.weight[1]=2 encoder.mid.block_1.conv1.conv.weight
vae ltx-vae - : decoder.conv_in.conv.weight[1]=128 decoder.last_time_embedder.*||decoder.time_embedder.*
vae ltx2-vae - : decoder.conv_in.conv.weight[1]=128 encoder.conv_out.conv.weight[1]=2048
vae ltx-vae - : decoder.conv_in.conv.weight[1]=128
vae cogvideox-vae - : decoder.mid_block.resnets.0.norm1.conv_y.conv.weight||decoder.mid.block_1.norm1.conv_y.conv.weight
vae hunyuan15-vae - : decoder.conv_in.conv.weight[1]=32
vae hunyuan-vae - : decoder.conv_in.conv.weight[1]=16
vae svd-vae - : decoder.time_conv_out.weight||*.time_mix_conv.weight||*.time_stack.0.*||*.mix_factor decoder.conv_in.*
vae mochi-vae - : decoder.conv_in.weight[1]=12 decoder.block_in.resnets.0.*||decoder.blocks.0.*
vae mel-vae - : encoder.conv_in.weight[1]=1 decoder.conv_in.weight[1]=8
vae oobleck - : decoder.layers.0.weight_v||decoder.conv1.weight_v||decoder.layers.0.parametrizations.*
vae shap-e-renderer - : void.background||renderer.void_model.background
vae tiny-vae - : decoder.layers.0.weight[2]=3 encoder.layers.0.weight
vae tiny-vae - : 1.weight[0]=64 3.conv.0.weight
vae sd3-vae|flux-vae - : decoder.conv_in.weight[1]=16
    decoder.mid.block_1.norm1.weight||decoder.mid_block.resnets.0.norm1.weight
vae sd-x4-vae - : decoder.conv_in.weight[1]=4 !encoder.down.3.*||encoder.down_blocks.3.*
vae sd-vae|sdxl-vae - : decoder.conv_in.weight[1]=4
    decoder.mid.block_1.norm1.weight||decoder.mid_block.resnets.0.norm1.weight
vae - - : encoder.conv_in.weight decoder.conv_in.weight
vocoder ltx2-vocoder - : *ups.0.weight||upsamplers.0.weight *resblocks.0.*||resnets.0.*
vocoder music-vocoder - : *head.conv_pre.* *backbone.*
# upscalers
upscaler esrgan 2x : conv_first.weight[1]=12 body.0.rdb1.conv1.weight
upscaler esrgan 1x : conv_first.weight[1]=48 body.0.rdb1.conv1.weight
upscaler esrgan 4x : body.0.rdb1.conv1.weight||RRDB_trunk.0.RDB1.conv1.weight conv_up2.weight||upconv2.weight
upscaler esrgan 4x : model.1.sub.0.RDB1.conv1.0.weight model.10.weight
upscaler esrgan 2x : model.1.sub.0.RDB1.conv1.0.weight model.7.weight
upscaler esrgan - : body.0.rdb1.conv1.weight||RRDB_trunk.0.RDB1.conv1.weight||model.1.sub.0.RDB1.conv1.0.weight
upscaler hat - : layers.0.residual_group.overlap_attn.*
upscaler swinir - : layers.0.residual_group.blocks.0.*
upscaler dat - : layers.0.blocks.0.attn.* conv_first.weight
upscaler ltx - : initial_conv.weight res_blocks.0.* *upsampler.*
upscaler compact - : body.0.weight[2]=3 body.1.weight body.2.weight[2]=3
upscaler compact - : conv.0.weight[1]=3 conv.1.weight[1]=64 conv.10.weight[1]=64
""")

# the modules a LoRA changes: numbers kept, every `_` a dot, prefix and suffix taken off; shapes are (out, in)
LORAS = read("""
lora animatediff - : *motion.modules.*
lora flux2 dev : *single*blocks.0.* *double*||*single*[-1]=6144
lora chroma - : distilled.guidance.layer.*
lora hunyuan15 - : double.blocks.*img.attn.qkv[1]=2048
lora hunyuan - : double.blocks.*img.attn.qkv[1]=3072 !*img.attn.proj* *img.attn.qkv*
lora flux2 klein_4B : double.blocks.*img.mlp.0[0]=18432
lora flux2 klein_9B : double.blocks.*img.mlp.0[0]=24576
lora flux2 dev : double.blocks.*img.mlp.0[0]=36864
lora flux2 dev : *attn.to.qkv.mlp.proj[1]=6144
lora flux2 klein_9B : *attn.to.qkv.mlp.proj[1]=4096
lora flux2 klein_4B : *attn.to.qkv.mlp.proj[1]=3072
lora flux1 - : double.blocks.*||single.blocks.*[1]=3072
lora flux1 - : single.transformer.blocks.*[1]=3072
lora qwen-image - : transformer.blocks.*img.mlp.*||transformer.blocks.*img.mod.*||transformer.blocks.*txt.mlp.*
lora qwen-image - : transformer.blocks.59.attn.*||transformer.blocks.30.attn.*
    transformer.blocks.*attn.add.q.proj[1]=3072
lora sd35 large : transformer.blocks.*attn.to.q||joint.blocks.*attn.qkv[1]=2432
lora sd35 medium : transformer.blocks.*attn2.to.q||joint.blocks.*attn2.qkv[1]=1536
    transformer.blocks.*attn.add.*||joint.blocks.*
lora sd3 medium : joint.blocks.*[1]=1536
lora sd3 medium : transformer.blocks.*attn.add.*[1]=1536
lora flux1 - : transformer.blocks.*attn.add.*||transformer.blocks.*attn.to.q[1]=3072 !*attn1.* !*norm1.linear
lora z-image - : layers.*attention.*[1]=3840
lora lumina2 - : layers.*attention.*[1]=2304
lora ltx2 - : *audio.attn1.*||*audio.to.video.attn.*||*video.to.audio.attn.*
lora ltx2 - : transformer.blocks.*attn1.to.q[1]=4096 transformer.blocks.47.*
lora ltx - : transformer.blocks.*attn1.to.q[1]=2048 !down.blocks.*
lora wan22 TI2V_5B : blocks.*self.attn.q||blocks.*attn1.to.q[1]=3072
lora wan21 1.3B : blocks.*self.attn.q||blocks.*attn1.to.q[1]=1536
lora wan21 14B_(or_2.2_A14B) : blocks.*self.attn.q||blocks.*attn1.to.q||blocks.*cross.attn.q[1]=5120
lora pixart - : transformer.blocks.*attn2.to.k||transformer.blocks.*attn1.to.q[1]=1152 !down.blocks.*
lora cogvideox - : transformer.blocks.*attn1.to.q[1]=3072|1920 !down.blocks.*
lora sana - : transformer.blocks.*attn1.to.q[1]=2240 !down.blocks.*
lora ace-step 1 : transformer.blocks.*cross.attn.*[1]=2560
lora ace-step 1.5 : layers.*cross.attn.*[1]=2048
lora sdxl-refiner - : *attn2.to.k[1]=1280
lora sdxl - : *attn2.to.k[1]=2048
lora sd2 - : *attn2.to.k[1]=1024
lora sd1 - : *attn2.to.k[1]=768
lora sdxl - : down.blocks.2.*transformer.blocks.9.*||up.blocks.0.*transformer.blocks.9.*
lora sdxl - : input.blocks.7.*transformer.blocks.9.*||output.blocks.0.*transformer.blocks.9.*
lora sdxl - : mid.block.*transformer.blocks.9.*||middle.block.*transformer.blocks.9.*
lora sdxl - : text2.* text1.*
""")

# words of a name that settle what a header leaves open: kind, what was told, the words, what it then is
NAMES: tuple[tuple[str, str, str, str, str], ...] = (
    ("denoiser", "flux1", "kontext", "flux1", "Kontext"),
    ("denoiser", "flux1", "krea", "flux1", "Krea"),
    ("denoiser", "qwen-image", r"edit", "qwen-image", "Edit"),
    ("denoiser", "z-image", "turbo", "z-image", "Turbo"),
    ("denoiser", "sdxl", "lightning", "sdxl", "Lightning"),
    ("denoiser", "sdxl", "turbo", "sdxl", "Turbo"),
    ("denoiser", "wan21/T2V 14B", r"wan.?2[._-]?2|(high|low).?noise", "wan22", "T2V A14B"),
    ("denoiser", "wan21/T2V 14B", r"wan.?2[._-]?1", "wan21", "T2V 14B"),
    ("lora", "wan21/14B", r"wan.?2[._-]?2|(high|low).?noise", "wan22", "A14B"),
    ("lora", "wan21/14B", r"wan.?2[._-]?1", "wan21", "14B"),
    ("vae", "sd-vae|sdxl-vae", r"sdxl|[-_.]xl\b|xl[-_.]vae", "sdxl-vae", ""),
    ("vae", "sd-vae|sdxl-vae", r"mse.?840000|ema.?560000|sd.?v?1|sd.?v?2", "sd-vae", ""),
    ("vae", "sd3-vae|flux-vae", r"sd.?3|stable.?diffusion.?3", "sd3-vae", ""),
    ("vae", "sd3-vae|flux-vae", r"flux|(^|/)ae\b|z.?image|chroma", "flux-vae", ""),
    ("vae", "wan21-vae|qwen-vae", "qwen", "qwen-vae", ""),
    ("vae", "wan21-vae|qwen-vae", "wan", "wan21-vae", ""),
)

# how the programs that train and publish write a family into the metadata, most particular first
ARCHITECTURES: tuple[tuple[str, str], ...] = (
    (r"xl.*refiner", "sdxl-refiner"),
    (r"sdxl|xl[-_]?v?1|stable-diffusion-xl|illustrious|pony|noob", "sdxl"),
    (r"stable-diffusion-3\.5|sd3\.5|sd35", "sd35"),
    (r"stable-diffusion-3|sd3|sd_?v3", "sd3"),
    (r"stable-diffusion-v2|sd_?v?2|sd-v2", "sd2"),
    (r"stable-diffusion-v1|sd_?v?1|sd-v1|sd 1", "sd1"),
    (r"flux[-_. ]?2|klein", "flux2"),
    (r"flux", "flux1"),
    (r"chroma", "chroma"),
    (r"qwen[-_ ]?image", "qwen-image"),
    (r"z[-_ ]?image", "z-image"),
    (r"hunyuan[-_ ]?video[-_ ]?1\.?5", "hunyuan15"),
    (r"hunyuan[-_ ]?video", "hunyuan"),
    (r"wan[-_ ]?v?2[._]?2", "wan22"),
    (r"wan", "wan21"),
    (r"ltx[-_ ]?v?i?d?e?o?[-_ ]?2", "ltx2"),
    (r"ltx", "ltx"),
    (r"cogvideo", "cogvideox"),
    (r"lumina", "lumina2"),
    (r"hidream", "hidream"),
    (r"pixart", "pixart"),
    (r"sana", "sana"),
    (r"stable-audio", "stable-audio"),
    (r"ace[-_ ]?step", "ace-step"),
    (r"animatediff", "animatediff"),
)
